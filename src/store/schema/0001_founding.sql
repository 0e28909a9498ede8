-- The founding schema. A migration is never edited once it is released: what changes is a new file beside this one.
--
-- Times are text in UTC with microseconds, always 27 characters (`2017-12-19T08:05:00.123456Z`), so that they sort as they
-- read. Hashes are SHA-256 in lower-case hexadecimal. The comment behind a column is its documentation: a test compares
-- `docs/schema.md` with it.

CREATE TABLE meta ( -- Facts of the installation.
    key TEXT NOT NULL PRIMARY KEY, -- Name of the fact, such as `first_start`.
    value TEXT NOT NULL -- The fact.
) STRICT, WITHOUT ROWID;

CREATE TABLE survey ( -- A survey that is or was configured.
    id TEXT NOT NULL PRIMARY KEY, -- Its short name, such as `ai-industry-2017`.
    revision TEXT NOT NULL, -- Hash of its file as it is configured now.
    view TEXT NOT NULL UNIQUE -- Name of its view, such as `survey_ai_industry_2017`.
) STRICT, WITHOUT ROWID;

CREATE TABLE survey_revision ( -- Each text of a survey's file that was ever in use.
    survey TEXT NOT NULL REFERENCES survey (id), -- The survey.
    revision TEXT NOT NULL, -- Hash of the file.
    document TEXT NOT NULL, -- The survey as JSON.
    first_used_at TEXT NOT NULL, -- When it came into use.
    PRIMARY KEY (survey, revision)
) STRICT;

CREATE TABLE raw ( -- The bytes of a message, kept once however often it comes.
    id INTEGER PRIMARY KEY, -- Number.
    sha256 TEXT UNIQUE, -- Hash of all bytes; NULL while pieces still arrive.
    size INTEGER NOT NULL, -- Size in bytes, uncompressed; 0 while pieces still arrive.
    begun_at TEXT NOT NULL -- When its first piece came.
) STRICT;

CREATE TABLE raw_piece ( -- A piece of a message's bytes.
    raw INTEGER NOT NULL REFERENCES raw (id) ON DELETE CASCADE, -- Whose piece it is.
    seq INTEGER NOT NULL, -- Its place, from 0.
    bytes BLOB NOT NULL, -- The piece, a zstd frame of its own.
    PRIMARY KEY (raw, seq)
) STRICT;

CREATE TABLE message ( -- A message that was kept.
    id INTEGER PRIMARY KEY, -- Number, in the order of keeping.
    raw INTEGER NOT NULL UNIQUE REFERENCES raw (id), -- Its bytes.
    received_at TEXT NOT NULL, -- When the collection server took it in; order of arrival is this, then the number.
    kept_at TEXT NOT NULL, -- When it was kept.
    state TEXT NOT NULL CHECK (state IN ('kept', 'read', 'failed')), -- Whether it waits, is read, or could not be read by a fault of ours.
    disposition TEXT CHECK (disposition IN ('accepted', 'correction', 'ignored', 'held')), -- What became of it; NULL before it is read.
    ruling TEXT NOT NULL DEFAULT 'none' CHECK (ruling IN ('none', 'released', 'discarded')), -- An operator's word on a held message.
    attempts INTEGER NOT NULL DEFAULT 0, -- How often reading began since it was kept or put back.
    lease_until TEXT, -- Until when a reader has it; NULL when none has.
    reason TEXT, -- Why it failed or is held; NULL otherwise.
    silence TEXT, -- Why no answer was due; NULL when one was, or before it is read.
    duplicate_of INTEGER REFERENCES message (id), -- The message that said the same under the same Message-ID; NULL for others.
    sender TEXT NOT NULL, -- Address of the sender; empty when the headers say none.
    subject TEXT NOT NULL, -- Subject, decoded.
    message_id TEXT, -- Message-ID without angle brackets; NULL where it has none, or before it is read.
    token TEXT COLLATE NOCASE, -- Token of its thread; NULL before it is read, and for duplicates.
    survey TEXT REFERENCES survey (id), -- The survey it answers; NULL where none fits, or before it is read.
    automatic TEXT, -- The sign of automatic mail; NULL for a person's mail.
    fingerprint TEXT -- Hash of everything read from it, to know a second delivery by; NULL before it is read.
) STRICT;
CREATE INDEX message_waiting ON message (received_at, id) WHERE state = 'kept';
CREATE INDEX message_message_id ON message (message_id, fingerprint) WHERE message_id IS NOT NULL;
CREATE INDEX message_sender ON message (sender, state);
CREATE INDEX message_token ON message (token);
CREATE INDEX message_held ON message (id) WHERE disposition = 'held';

CREATE TABLE location ( -- A place in a mailbox where a message lay when it was found.
    mailbox TEXT NOT NULL, -- Configured name of the mailbox.
    folder TEXT NOT NULL, -- Folder, decoded.
    validity INTEGER NOT NULL, -- UIDVALIDITY of the folder; 0 for a Maildir.
    uid INTEGER NOT NULL, -- UID; 0 for a Maildir.
    name TEXT NOT NULL, -- File name without flags, for a Maildir; empty for IMAP.
    message INTEGER NOT NULL REFERENCES message (id), -- The message that lay there.
    junk INTEGER NOT NULL CHECK (junk IN (0, 1)), -- Whether the folder is one for junk.
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)), -- Whether it is settled at the mailbox.
    found_at TEXT NOT NULL, -- When it was first found there.
    PRIMARY KEY (mailbox, folder, validity, uid, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX location_message ON location (message);
CREATE INDEX location_unsettled ON location (mailbox) WHERE settled = 0;

CREATE TABLE cursor ( -- How far a folder has been kept.
    mailbox TEXT NOT NULL, -- Configured name of the mailbox.
    folder TEXT NOT NULL, -- Folder, decoded.
    validity INTEGER NOT NULL, -- UIDVALIDITY under which `uid` counts.
    uid INTEGER NOT NULL, -- Everything up to this UID is kept.
    PRIMARY KEY (mailbox, folder)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment ( -- A file found in a message; its bytes are taken out of `raw` on demand.
    id INTEGER PRIMARY KEY, -- Number.
    message INTEGER NOT NULL REFERENCES message (id), -- The message.
    path TEXT NOT NULL, -- Its path, containers joined with `/`.
    size INTEGER NOT NULL, -- Size in bytes.
    sha256 TEXT NOT NULL, -- Hash of its bytes.
    kind TEXT NOT NULL -- What it turned out to be, such as `docx`.
) STRICT;
CREATE INDEX attachment_message ON attachment (message);
CREATE INDEX attachment_sha256 ON attachment (sha256);

CREATE TABLE narrative ( -- Written material that came with a message.
    id INTEGER PRIMARY KEY, -- Number.
    message INTEGER NOT NULL REFERENCES message (id), -- The message.
    attachment TEXT NOT NULL, -- Path of the attachment it was read from.
    respondent TEXT, -- Name of the respondent as the return gives it; NULL where it belongs to none.
    text TEXT NOT NULL -- Its text, a paragraph a line.
) STRICT;
CREATE INDEX narrative_message ON narrative (message);

CREATE TABLE respondent ( -- One that answers a survey.
    id INTEGER PRIMARY KEY, -- Number.
    survey TEXT REFERENCES survey (id), -- The survey; NULL while it is not known which one is answered.
    key TEXT NOT NULL, -- Its name as it is compared; for a return without name or survey `return:<message>:<ordinal>`.
    name TEXT NOT NULL, -- Its name as the current version writes it; empty when it gave none.
    UNIQUE (survey, key)
) STRICT;

CREATE TABLE rereading ( -- A message that `replay` read anew and understood otherwise, with what was stored of it before.
    id INTEGER PRIMARY KEY, -- Number.
    message INTEGER NOT NULL REFERENCES message (id), -- The message.
    number INTEGER NOT NULL, -- Which rereading of the message it is, from 1.
    at TEXT NOT NULL, -- When it was read anew.
    program TEXT NOT NULL, -- Version of Postroom that read it anew.
    former TEXT NOT NULL, -- What was stored before, its returns apart, as JSON: disposition, survey, issues, narratives, attachments.
    UNIQUE (message, number)
) STRICT;

CREATE TABLE return_version ( -- A return as it came: one of the versions of its respondent.
    id INTEGER PRIMARY KEY, -- Number of the return.
    respondent INTEGER NOT NULL REFERENCES respondent (id), -- Whose return it is.
    message INTEGER NOT NULL REFERENCES message (id), -- The message it came in.
    ordinal INTEGER NOT NULL, -- Its place among the returns of the message, from 0; one that stands has it alone.
    number INTEGER NOT NULL, -- Its place among the versions of the respondent in order of arrival, from 1; rereadings follow what they replace.
    standing TEXT NOT NULL CHECK (standing IN ('complete', 'in_correction', 'superseded', 'pending', 'contested', 'duplicate', 'held', 'discarded')), -- How it stands among them.
    ruling TEXT NOT NULL CHECK (ruling IN ('none', 'released', 'discarded')), -- An operator's word on it.
    revision TEXT, -- Revision of the survey it was read under; NULL while the survey is not known.
    as_read TEXT NOT NULL, -- The return as it was read, as JSON.
    rereading INTEGER REFERENCES rereading (id) -- The rereading that put another return, or none, in its place; NULL while it stands.
) STRICT;
CREATE UNIQUE INDEX return_version_place ON return_version (message, ordinal) WHERE rereading IS NULL;
CREATE INDEX return_version_message ON return_version (message);
CREATE INDEX return_version_respondent ON return_version (respondent);
CREATE UNIQUE INDEX return_version_current ON return_version (respondent) WHERE standing IN ('complete', 'in_correction');
CREATE INDEX return_version_contested ON return_version (id) WHERE standing = 'contested';

CREATE TABLE answer ( -- An answer that counts: one of a current version, older answers merged in.
    version INTEGER NOT NULL REFERENCES return_version (id) ON DELETE CASCADE, -- The current version.
    item TEXT NOT NULL, -- Key of the item.
    source INTEGER NOT NULL REFERENCES return_version (id) ON DELETE CASCADE, -- The version that the answer was read in.
    text TEXT NOT NULL, -- The answer as written.
    place TEXT NOT NULL, -- Where it was read, such as `a.xlsx!Sheet1!A4`.
    value TEXT, -- The answer normalised: an ISO 8601 date, keys of options, telephone numbers or addresses joined with commas, a code, `yes` or `no`; NULL for texts, names and numbers, and where it could not be read.
    low TEXT, -- Lower bound of a number as an exact decimal: an amount in the main unit, a whole number, a share in percent; NULL when open, or no number.
    high TEXT, -- Upper bound; NULL when open, or no number.
    currency TEXT, -- ISO 4217 code; NULL when it is no amount.
    approximate INTEGER CHECK (approximate IN (0, 1)), -- Whether the number is a round figure; NULL when it is no number.
    unit TEXT CHECK (unit IN ('cell', 'label', 'unit_line', 'survey', 'zero')), -- Where the unit or scale was found; NULL when it is no number.
    PRIMARY KEY (version, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_source ON answer (source);

CREATE TABLE issue ( -- A problem of a message, an attachment or an item.
    id INTEGER PRIMARY KEY, -- Number.
    message INTEGER NOT NULL REFERENCES message (id), -- The message.
    version INTEGER REFERENCES return_version (id) ON DELETE CASCADE, -- The return whose issue it is, older answers merged in; NULL for the message's own.
    item TEXT, -- Key of the item; NULL when it is about no item.
    attachment TEXT, -- Path of the attachment; NULL when it is about none.
    code TEXT NOT NULL, -- Code of the problem, such as `unit_missing`.
    severity TEXT NOT NULL CHECK (severity IN ('error', 'remark')), -- Whether the sender is asked to mend it.
    place TEXT, -- Where it stands; NULL when it stands nowhere.
    document TEXT NOT NULL -- The issue with all its data, as JSON.
) STRICT;
CREATE INDEX issue_message ON issue (message);
CREATE INDEX issue_version ON issue (version) WHERE version IS NOT NULL;

CREATE TABLE notice ( -- A mail that Postroom sends: the outbox.
    id INTEGER PRIMARY KEY, -- Number.
    key TEXT NOT NULL UNIQUE, -- What makes it one of its kind, such as `reply:17`.
    kind TEXT NOT NULL, -- What it is, such as `receipt`.
    transport TEXT NOT NULL, -- Name of the transport that sends it.
    recipient TEXT NOT NULL COLLATE NOCASE, -- Address it goes to.
    domain TEXT NOT NULL COLLATE NOCASE, -- Domain of that address.
    token TEXT NOT NULL COLLATE NOCASE, -- Token of its thread.
    message_id TEXT NOT NULL, -- Its Message-ID without angle brackets.
    message INTEGER REFERENCES message (id), -- The message it answers; NULL when it answers none.
    bytes BLOB NOT NULL, -- The mail, a zstd frame.
    size INTEGER NOT NULL, -- Size of the mail in bytes.
    state TEXT NOT NULL CHECK (state IN ('queued', 'held', 'sent', 'refused', 'cancelled')), -- Whether it is due, waits for an operator, or is done with.
    attempts INTEGER NOT NULL DEFAULT 0, -- How often sending began.
    queued_at TEXT NOT NULL, -- When it was put in.
    next_at TEXT NOT NULL, -- Not to be tried before.
    lease_until TEXT, -- Until when a sender has it; NULL when none has.
    done_at TEXT, -- When it was sent, refused or cancelled; NULL before.
    words TEXT -- The server's words, or why it waits; NULL before the first attempt ends.
) STRICT;
CREATE INDEX notice_due ON notice (transport, next_at, id) WHERE state = 'queued';
CREATE INDEX notice_recipient ON notice (recipient, queued_at);
CREATE INDEX notice_sent ON notice (done_at) WHERE state = 'sent';
CREATE INDEX notice_message ON notice (message) WHERE message IS NOT NULL;
CREATE INDEX notice_message_id ON notice (message_id);
CREATE INDEX notice_token ON notice (token);

CREATE TABLE attempt ( -- One try to send a notice, recorded before it begins.
    notice INTEGER NOT NULL REFERENCES notice (id), -- The notice.
    number INTEGER NOT NULL, -- Which try, from 1.
    begun_at TEXT NOT NULL, -- When it began.
    ended_at TEXT, -- When it ended; NULL while it runs, or when the program was killed meanwhile.
    outcome TEXT CHECK (outcome IN ('sent', 'later', 'refused')), -- How it ended; NULL as above.
    words TEXT, -- The server's words; NULL as above.
    PRIMARY KEY (notice, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE event ( -- An operator's act.
    id INTEGER PRIMARY KEY, -- Number.
    at TEXT NOT NULL, -- When.
    act TEXT NOT NULL, -- What was done, such as `release`.
    message INTEGER REFERENCES message (id), -- The message it was done to; NULL when it was none.
    version INTEGER, -- The return it was done to; NULL when it was none.
    notice INTEGER REFERENCES notice (id) -- The notice it was done to; NULL when it was none.
) STRICT;
