-- Comparisons: what is remarked on a figure because of what was known when its mail was judged.

CREATE TABLE remarked ( -- Remarks on figures that are unlike what was known. They are made once: no later roster or survey changes them.
    version INTEGER NOT NULL PRIMARY KEY REFERENCES return_version (id) ON DELETE CASCADE, -- The return.
    remarks TEXT NOT NULL -- The remarks as JSON, each with what it was compared with and what its sender may be told.
) STRICT;
