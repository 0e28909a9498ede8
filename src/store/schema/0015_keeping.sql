-- How long what is kept is kept, how fast mail of one sender is read, and respondents that were erased.

ALTER TABLE raw ADD COLUMN removed_at TEXT;
ALTER TABLE message ADD COLUMN put_off_until TEXT;
CREATE INDEX message_sender_received ON message (sender_key, received_at);

CREATE TABLE erasure ( -- A respondent whose personal data was erased; who it was is told by the numbers alone.
    id INTEGER PRIMARY KEY, -- Number.
    at TEXT NOT NULL, -- When.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- The respondent, of which nothing but this number and its survey is left.
    why TEXT NOT NULL, -- What the operator noted, such as who asked for it.
    messages TEXT NOT NULL, -- Numbers of the messages that were blanked, as a JSON array.
    returns TEXT NOT NULL, -- Numbers of the returns that were blanked, as a JSON array.
    notices TEXT NOT NULL, -- Numbers of the notices that were blanked, as a JSON array.
    shared TEXT NOT NULL -- Numbers of the messages that stay, as others answered in them too; a JSON array.
) STRICT;
CREATE INDEX erasure_respondent ON erasure (respondent);

-- Columns that are added stand in a line of their own with their comment, as in 0011.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql, 'begun_at TEXT NOT NULL --', 'begun_at TEXT NOT NULL, --'),
        char(10) || ', removed_at TEXT)',
        char(10) || '    removed_at TEXT -- When its bytes were removed, as they had been kept long enough or were erased; NULL while they are there.'
            || char(10) || ')')
    WHERE type = 'table' AND name = 'raw';
UPDATE sqlite_schema SET sql = replace(replace(sql, 'sender_key TEXT NOT NULL DEFAULT '''' --', 'sender_key TEXT NOT NULL DEFAULT '''', --'),
        char(10) || ', put_off_until TEXT)',
        char(10) || '    put_off_until TEXT -- Not to be read before, as its sender sent too many within an hour; NULL for others.'
            || char(10) || ')')
    WHERE type = 'table' AND name = 'message';
PRAGMA writable_schema = RESET;
