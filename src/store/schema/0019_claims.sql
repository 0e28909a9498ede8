-- Copies of a return that was put aside are put aside by a word of their own, and claims are looked up, not searched for.

-- How a version stands follows from the words on it alone. When a copy came to stand aside by the word on the return that it repeats,
-- nothing was noted at the copy: the next fold would let it count.
UPDATE return_version SET ruling = 'discarded' WHERE standing = 'discarded' AND ruling = 'none' AND rereading IS NULL;

CREATE INDEX message_taken ON message (sender_key) WHERE state = 'kept' AND lease_until IS NOT NULL;
CREATE INDEX trusted_sender_address ON trusted_sender (address);
