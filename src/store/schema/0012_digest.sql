-- Weekly digests: which were made, and what was counted for them.

CREATE TABLE digest ( -- A weekly digest that was made.
    name TEXT NOT NULL, -- Its configured name.
    week TEXT NOT NULL, -- The day of its moment of the week, such as 2017-12-18.
    survey TEXT NOT NULL REFERENCES survey (id), -- The survey that it tells of.
    data_at TEXT NOT NULL, -- The moment that its figures are of.
    scope TEXT, -- The respondents that it speaks of, as column=value of the roster; NULL for all.
    figures TEXT NOT NULL, -- What was counted, as JSON.
    PRIMARY KEY (name, week)
) STRICT, WITHOUT ROWID;
