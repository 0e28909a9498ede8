-- One letter may be for several respondents.

CREATE TABLE letter_for ( -- Whom an invitation or a reminder was made for: one respondent, or several that share an address.
    notice INTEGER NOT NULL REFERENCES notice (id), -- The notice.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- A respondent that it is for.
    topic TEXT NOT NULL CHECK (topic IN ('invitation', 'no_answer', 'correction', 'narrative')), -- What it is about.
    number INTEGER NOT NULL, -- Which invitation, or which reminder, of the respondent it is, from 1.
    made_at TEXT NOT NULL, -- When it was put into the outbox.
    PRIMARY KEY (notice, respondent)
) STRICT, WITHOUT ROWID;
INSERT INTO letter_for (notice, respondent, topic, number, made_at)
    SELECT notice, respondent, topic, number, made_at FROM follow_up;
DROP TABLE follow_up;
ALTER TABLE letter_for RENAME TO follow_up;
CREATE INDEX follow_up_respondent ON follow_up (respondent);
CREATE INDEX follow_up_made_at ON follow_up (made_at);
