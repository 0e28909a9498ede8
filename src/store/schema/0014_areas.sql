-- Focus areas of returns: what the rules found, and what operators said.

CREATE TABLE return_area ( -- A focus area of a respondent's return that counts.
    respondent INTEGER NOT NULL REFERENCES respondent (id) ON DELETE CASCADE, -- The respondent.
    area TEXT NOT NULL, -- Key of the area in the survey's taxonomy.
    score INTEGER NOT NULL, -- How surely the return is of this area, in hundredths.
    evidence TEXT NOT NULL, -- The words that led there, parted by 、; or what the operator noted.
    by_operator INTEGER NOT NULL CHECK (by_operator IN (0, 1)), -- Whether an operator said so.
    PRIMARY KEY (respondent, area)
) STRICT, WITHOUT ROWID;
CREATE INDEX return_area_area ON return_area (area);

CREATE TABLE area_choice ( -- An operator's word on whether a respondent is of a focus area; it outlasts new versions.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent.
    area TEXT NOT NULL, -- Key of the area.
    is_of INTEGER NOT NULL CHECK (is_of IN (0, 1)), -- Whether it is.
    why TEXT NOT NULL, -- What the operator noted; may be empty.
    at TEXT NOT NULL, -- When.
    PRIMARY KEY (respondent, area)
) STRICT, WITHOUT ROWID;

CREATE TABLE area_state ( -- What the focus areas of a respondent were found from, to know when to look again.
    respondent INTEGER NOT NULL PRIMARY KEY REFERENCES respondent (id) ON DELETE CASCADE, -- The respondent.
    basis TEXT NOT NULL -- The return, its written material and the taxonomy's revision.
) STRICT;
