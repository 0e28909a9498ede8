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

CREATE TABLE content ( -- What a message says apart from dates, to know by it who says the same again and again.
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id), -- The message.
    sender TEXT NOT NULL COLLATE NOCASE, -- Its sender.
    digest TEXT NOT NULL, -- Hash of its text without dates, its files and its answers.
    is_news INTEGER NOT NULL CHECK (is_news IN (0, 1)), -- Whether it brought anything that its sender had not sent before.
    at TEXT NOT NULL -- When it was judged.
) STRICT;
CREATE INDEX content_sender ON content (sender, at);

CREATE TABLE alias ( -- An identifier that a provider put in the place of a notice's own.
    message_id TEXT NOT NULL PRIMARY KEY, -- The Message-ID that arrives at receivers, without angle brackets.
    token TEXT NOT NULL COLLATE NOCASE, -- Token of the thread.
    notice INTEGER REFERENCES notice (id), -- The notice; NULL where only its thread is known.
    learned_at TEXT NOT NULL -- When a copy or an answer showed it.
) STRICT, WITHOUT ROWID;

CREATE TABLE bounce ( -- A message that says that a notice did not arrive.
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id), -- The message.
    notice INTEGER NOT NULL REFERENCES notice (id), -- The notice that it tells of.
    recipient TEXT NOT NULL COLLATE NOCASE, -- The address that was not reached.
    permanent INTEGER NOT NULL CHECK (permanent IN (0, 1)), -- Whether it is no use to try again.
    words TEXT NOT NULL, -- What the server said.
    at TEXT NOT NULL -- When it was judged.
) STRICT;
CREATE INDEX bounce_notice ON bounce (notice);
