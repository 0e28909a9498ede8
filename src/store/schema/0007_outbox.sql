-- Thrift: files that notices wait for, messages that are answered together, notices that came back, what a loop is known by.

CREATE TABLE enclosing ( -- A file that a notice in the outbox waits for; the notice goes without it when its time comes.
    notice INTEGER NOT NULL PRIMARY KEY REFERENCES notice (id), -- The notice.
    plan TEXT NOT NULL, -- What to make, as JSON.
    mail BLOB NOT NULL, -- The mail that speaks of the file, still without it, a zstd frame.
    size INTEGER NOT NULL, -- Size of that mail in bytes.
    ready_at TEXT NOT NULL, -- When it may go at the earliest once the file is enclosed.
    tries INTEGER NOT NULL DEFAULT 0, -- How often making the file began.
    lease_until TEXT, -- Until when somebody is at it; NULL when nobody is.
    words TEXT -- Why it is not made yet; NULL before the first try ends.
) STRICT;

CREATE TABLE answered ( -- A message that is answered together with others of its sender.
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id), -- The message.
    notice INTEGER NOT NULL REFERENCES notice (id), -- The notice that answers it.
    due_at TEXT NOT NULL, -- When the mails of this sender that came meanwhile are answered.
    reading BLOB, -- What was read of it, as JSON in a zstd frame, so that a later mail can be answered with it; NULL once the notice is on its way.
    size INTEGER NOT NULL -- Size of that JSON in bytes.
) STRICT;
CREATE INDEX answered_notice ON answered (notice);
