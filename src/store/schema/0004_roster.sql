-- Who is asked: the roster of invited respondents, and what operators have said of them. A respondent that is not on the roster
-- has a row in `respondent` alone.

CREATE TABLE invited ( -- A respondent on a survey's roster.
    respondent INTEGER NOT NULL PRIMARY KEY REFERENCES respondent (id), -- The respondent.
    position INTEGER NOT NULL, -- Its place on the roster, from 1.
    name TEXT NOT NULL, -- Its name as the roster writes it.
    credit_code TEXT, -- Unified social credit code, 18 characters; NULL where the roster gives none.
    contact TEXT NOT NULL, -- The person to ask there; may be empty.
    phone TEXT NOT NULL, -- Telephone number as the roster writes it; may be empty.
    is_key INTEGER NOT NULL CHECK (is_key IN (0, 1)), -- Whether it is a key enterprise, of which written material is expected.
    listed_at TEXT NOT NULL, -- When it was first listed.
    removed_at TEXT -- When a newer roster left it out; NULL while it is on the roster.
) STRICT;
CREATE INDEX invited_credit_code ON invited (credit_code) WHERE credit_code IS NOT NULL;

CREATE TABLE respondent_tag ( -- What the roster says of a respondent besides, such as its district or trade.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent.
    tag TEXT NOT NULL, -- The column of the roster, such as 所属镇街.
    value TEXT NOT NULL, -- What stands there.
    PRIMARY KEY (respondent, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX respondent_tag_value ON respondent_tag (tag, value);

CREATE TABLE respondent_address ( -- An address that a respondent is written to.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent.
    address TEXT NOT NULL COLLATE NOCASE, -- The address.
    domain TEXT NOT NULL COLLATE NOCASE, -- Its domain.
    source TEXT NOT NULL CHECK (source IN ('roster', 'operator')), -- Who named it.
    added_at TEXT NOT NULL, -- When.
    bounced_at TEXT, -- When mail to it came back last; NULL when none did, or when mail from it came since.
    bounce TEXT, -- What the server said; NULL as above.
    PRIMARY KEY (respondent, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX respondent_address_address ON respondent_address (address);
CREATE INDEX respondent_address_domain ON respondent_address (domain);

CREATE TABLE respondent_name ( -- Another name under which a respondent is known, such as its former one.
    survey TEXT NOT NULL REFERENCES survey (id), -- The survey.
    key TEXT NOT NULL, -- The name as it is compared.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent.
    name TEXT NOT NULL, -- The name as it is written.
    source TEXT NOT NULL CHECK (source IN ('roster', 'operator')), -- Who said so.
    added_at TEXT NOT NULL, -- When.
    PRIMARY KEY (survey, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX respondent_name_respondent ON respondent_name (respondent);

CREATE TABLE trusted_sender ( -- An address whose returns an operator lets count for a respondent.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent.
    address TEXT NOT NULL COLLATE NOCASE, -- The address.
    since TEXT NOT NULL, -- When the operator said so.
    PRIMARY KEY (respondent, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE excuse ( -- A respondent that need not answer.
    respondent INTEGER NOT NULL PRIMARY KEY REFERENCES respondent (id), -- The respondent.
    at TEXT NOT NULL, -- When an operator said so.
    why TEXT NOT NULL -- Why.
) STRICT;

CREATE TABLE respondent_choice ( -- The respondent that an operator named for a return of a message.
    message INTEGER NOT NULL REFERENCES message (id), -- The message.
    ordinal INTEGER NOT NULL, -- The place of the return in the message, from 0.
    respondent INTEGER REFERENCES respondent (id), -- The respondent; NULL for a new one, under the name that the return gives.
    at TEXT NOT NULL, -- When the operator said so.
    PRIMARY KEY (message, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX respondent_choice_respondent ON respondent_choice (respondent);
