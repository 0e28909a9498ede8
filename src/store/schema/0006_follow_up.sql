-- What Postroom writes of its own accord, and returns that came another way than by mail.

CREATE TABLE invitation_order ( -- An operator's word that a respondent is to be invited.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent.
    number INTEGER NOT NULL, -- Which invitation of the respondent it is, from 1.
    ordered_at TEXT NOT NULL, -- When the operator said so.
    PRIMARY KEY (respondent, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE follow_up ( -- Whom an invitation or a reminder was made for.
    notice INTEGER NOT NULL PRIMARY KEY REFERENCES notice (id), -- The notice.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent.
    topic TEXT NOT NULL CHECK (topic IN ('invitation', 'no_answer', 'correction', 'narrative')), -- What it is about.
    number INTEGER NOT NULL, -- Which invitation, or which reminder, of the respondent it is, from 1.
    made_at TEXT NOT NULL -- When it was put into the outbox.
) STRICT;
CREATE INDEX follow_up_respondent ON follow_up (respondent);
CREATE INDEX follow_up_made_at ON follow_up (made_at);

CREATE TABLE entered ( -- A return that came another way, and was entered by an operator.
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id), -- The message that its document was made into.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- Whose return it is.
    source TEXT NOT NULL CHECK (source IN ('telephone', 'paper', 'scan')), -- How it came.
    note TEXT NOT NULL, -- What the operator noted; may be empty.
    at TEXT NOT NULL -- When it was entered.
) STRICT;
CREATE INDEX entered_respondent ON entered (respondent);
