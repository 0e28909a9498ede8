-- Written material with its places, what it names that officials look for, and a full text over everything that respondents wrote.

ALTER TABLE narrative ADD COLUMN is_cut INTEGER NOT NULL DEFAULT 0;

-- The words of a new column's comment are written where SQLite keeps the statement, as in 0005.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ' -- Its text, a paragraph a line.
, is_cut INTEGER NOT NULL DEFAULT 0', ', -- Its text, a paragraph or cell a line.
    is_cut INTEGER NOT NULL DEFAULT 0 -- Whether there was more text than is kept: 1 or 0.
') WHERE type = 'table' AND name = 'narrative';
PRAGMA writable_schema = RESET;

CREATE TABLE narrative_place ( -- Where a paragraph or cell of a narrative stands.
    narrative INTEGER NOT NULL REFERENCES narrative (id) ON DELETE CASCADE, -- The narrative.
    line INTEGER NOT NULL, -- Its first line in the narrative's text, from 1; it ends before the next one's.
    page INTEGER, -- The page or slide, from 1; NULL where the format tells none.
    place TEXT NOT NULL, -- Where it stands in the document, such as `page 3!paragraph 2`.
    PRIMARY KEY (narrative, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE passage ( -- A sentence of a narrative that names a patent, a standard, an award or a figure. It is no answer.
    narrative INTEGER NOT NULL REFERENCES narrative (id) ON DELETE CASCADE, -- The narrative.
    number INTEGER NOT NULL, -- Its place among those of the narrative, from 1.
    kind TEXT NOT NULL CHECK (kind IN ('patent', 'standard', 'award', 'figure')), -- What is named.
    name TEXT NOT NULL, -- What it is called, such as 发明专利 or 营业收入.
    role TEXT CHECK (role IN ('applied', 'granted', 'led', 'took_part')), -- What the respondent has to do with it; NULL where the sentence does not say.
    identifier TEXT, -- The number that identifies it, such as `ZL201710123456.7` or `GB/T 1234-2017`; NULL where there is none.
    low TEXT, -- Lower bound of the count or amount as an exact decimal; NULL when open, or not told.
    high TEXT, -- Upper bound; NULL when open, or not told.
    currency TEXT, -- ISO 4217 code of an amount; NULL when it is none.
    page INTEGER, -- The page or slide it stands on; NULL where the format tells none.
    place TEXT NOT NULL, -- Where it stands in the document, such as `page 3!paragraph 2`.
    sentence TEXT NOT NULL, -- The sentence as written; a long one is cut off.
    PRIMARY KEY (narrative, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE searched ( -- A text that `search` finds: its tokens stand in `search_text` (FTS5) under the same number.
    id INTEGER PRIMARY KEY, -- Number.
    narrative INTEGER REFERENCES narrative (id) ON DELETE CASCADE, -- The narrative whose text it is; NULL for another text.
    version INTEGER REFERENCES return_version (id) ON DELETE CASCADE, -- The current version whose answers it is; NULL for another text.
    scan TEXT REFERENCES recognition (sha256) ON DELETE CASCADE, -- The scan whose recognised lines it is; NULL for another text.
    waits INTEGER NOT NULL DEFAULT 1 CHECK (waits IN (0, 1)) -- Whether its tokens are still to be written, which the same transaction does before it ends.
) STRICT;
CREATE UNIQUE INDEX searched_narrative ON searched (narrative) WHERE narrative IS NOT NULL;
CREATE UNIQUE INDEX searched_version ON searched (version) WHERE version IS NOT NULL;
CREATE UNIQUE INDEX searched_scan ON searched (scan) WHERE scan IS NOT NULL;
CREATE INDEX searched_waiting ON searched (id) WHERE waits = 1;

-- Tokens are cut by Postroom (src/fulltext), separated by spaces; the text itself stands where it came from.
CREATE VIRTUAL TABLE search_text USING fts5(tokens, content='', contentless_delete=1, tokenize='ascii');
CREATE TRIGGER searched_forgotten AFTER DELETE ON searched BEGIN
    DELETE FROM search_text WHERE rowid = old.id;
END;
