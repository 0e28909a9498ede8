-- Addresses are compared in one form: in lower case, the domain in ASCII. And of a
-- plain reply that is answered together with other mails it is kept what it did.

ALTER TABLE message ADD COLUMN sender_key TEXT NOT NULL DEFAULT '';
-- A domain that is not ASCII was answered by nobody before, so lower case is all there is to it.
UPDATE message SET sender_key = lower(sender);
DROP INDEX message_sender;
DROP INDEX message_sender_any_case;
CREATE INDEX message_sender_key ON message (sender_key, state);
UPDATE content SET sender = lower(sender);

ALTER TABLE answered ADD COLUMN told TEXT;

-- Columns that are added stand in a line of their own with their comment, like the others
-- (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql, 'fingerprint TEXT --', 'fingerprint TEXT, --'),
        char(10) || ', sender_key TEXT NOT NULL DEFAULT '''')',
        char(10) || '    sender_key TEXT NOT NULL DEFAULT '''' -- The sender as addresses are compared: in lower case, the domain in ASCII.'
            || char(10) || ')')
    WHERE type = 'table' AND name = 'message';
UPDATE sqlite_schema SET sql = replace(replace(sql, 'size INTEGER NOT NULL --', 'size INTEGER NOT NULL, --'),
        char(10) || ', told TEXT)',
        char(10) || '    told TEXT -- What it did as a plain reply, as JSON; NULL when it is none, or once the notice is on its way.'
            || char(10) || ')')
    WHERE type = 'table' AND name = 'answered';
PRAGMA writable_schema = RESET;
