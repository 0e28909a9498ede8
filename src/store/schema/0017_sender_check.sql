-- What is known of a sender: whether it is who it says to be, evaluated here where the collection server does not say, and
-- what was found when its message was judged.

CREATE TABLE sender_check ( -- What was found of a message's sender; no row where there was nothing to find.
    message INTEGER PRIMARY KEY REFERENCES message (id), -- The message.
    evaluated_at TEXT, -- When its authenticity was evaluated here; NULL when it was not.
    dmarc TEXT, -- Result for DMARC in the words of RFC 8601; NULL as above.
    spf TEXT, -- Result for SPF; NULL as above.
    dkim TEXT, -- Result for DKIM, the best of its signatures; NULL as above.
    findings TEXT NOT NULL DEFAULT '[]' -- What was found when the message was judged last, as JSON.
) STRICT;
