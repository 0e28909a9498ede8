-- What is asked of the whole outbox is answered from indices: the mails themselves lie in the same rows, and are long.

DROP INDEX notice_recipient;
CREATE INDEX notice_recipient ON notice (recipient, queued_at, state);
DROP INDEX notice_sent;
CREATE INDEX notice_sent ON notice (done_at, domain, recipient) WHERE state = 'sent';
CREATE INDEX notice_invitation ON notice (kind, state, key, done_at, queued_at) WHERE kind = 'invitation';
CREATE INDEX notice_held ON notice (id) WHERE state = 'held';

-- Addresses are written in either case.
CREATE INDEX message_sender_any_case ON message (sender COLLATE NOCASE);
