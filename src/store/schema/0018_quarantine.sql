-- Messages that are not to be opened: the virus scanner found something in them, or could not look.

CREATE TABLE quarantine ( -- What the virus scanner said of a message that it did not find clean.
    message INTEGER PRIMARY KEY REFERENCES message (id), -- The message.
    found TEXT NOT NULL, -- What was found, or why it could not be scanned.
    at TEXT NOT NULL, -- When.
    released_at TEXT -- When an operator let it be read; NULL when none did.
) STRICT;

-- A state more of a message. A check that lets more pass needs no copy of the table
-- (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
        'CHECK (state IN (''kept'', ''read'', ''failed'')), -- Whether it waits, is read, or could not be read by a fault of ours.',
        'CHECK (state IN (''kept'', ''read'', ''failed'', ''quarantined'')), -- Whether it waits, is read, could not be read by a fault of ours, or is not to be opened.')
    WHERE type = 'table' AND name = 'message';
PRAGMA writable_schema = RESET;
CREATE INDEX message_quarantined ON message (id) WHERE state = 'quarantined';
