-- Alarms: what the operator was told of by mail.

CREATE TABLE alarm ( -- A condition that the operator was told of by mail, and not yet that it is over.
    key TEXT PRIMARY KEY, -- What makes it the same condition at another moment, such as `mailbox_silent:main`.
    finding TEXT NOT NULL, -- The condition as it was told, as JSON.
    told_at TEXT NOT NULL -- When it was last told.
) STRICT, WITHOUT ROWID;
