-- Plain replies: a version that mends, confirms or withdraws what stood before it, instead of being a return by itself.

CREATE TABLE amendment ( -- What a version that came as a plain reply does to the one before it. A version without a row is a return.
    version INTEGER NOT NULL PRIMARY KEY REFERENCES return_version (id) ON DELETE CASCADE, -- The version.
    act TEXT NOT NULL CHECK (act IN ('amends', 'confirms', 'withdraws')), -- What it does.
    words TEXT NOT NULL -- The reason that a confirmation gives, which may be empty; else how the reply begins.
) STRICT;

-- A version may now be withdrawn. The words of a CHECK are no part of what lies on the disk, so they are changed where SQLite
-- keeps them (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''held'', ''discarded'')), -- How', '''held'', ''discarded'', ''withdrawn'')), -- How')
    WHERE type = 'table' AND name = 'return_version';
PRAGMA writable_schema = RESET;
