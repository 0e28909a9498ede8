-- Text that was recognised in scans, for review and search: never a return.

CREATE TABLE recognition ( -- A scan whose text is or was to be recognised; the same file has one row, however often it comes.
    sha256 TEXT NOT NULL PRIMARY KEY, -- Hash of the scan, as `attachment` has it.
    state TEXT NOT NULL CHECK (state IN ('begun', 'done', 'failed')), -- Whether recognition has begun, is done, or failed; of a failed one there may be some pages.
    attempts INTEGER NOT NULL, -- How often it began; after the second time that it did not end it is left alone.
    begun_at TEXT NOT NULL, -- When it began last.
    ended_at TEXT, -- When it ended; NULL while it has not.
    reason TEXT, -- Why it failed; NULL otherwise.
    engine TEXT NOT NULL -- What recognised, such as `PP-OCRv4`.
) STRICT, WITHOUT ROWID;

CREATE TABLE recognised_line ( -- A line of text that was recognised in a scan; nobody has confirmed it.
    sha256 TEXT NOT NULL REFERENCES recognition (sha256) ON DELETE CASCADE, -- The scan.
    page INTEGER NOT NULL, -- Its page or picture, from 1.
    number INTEGER NOT NULL, -- Its place on the page in reading order, from 1.
    text TEXT NOT NULL, -- What it reads.
    confidence REAL NOT NULL, -- How sure that is, 0 to 1.
    left_side REAL NOT NULL, -- Its left side, in parts of the page's width.
    top_side REAL NOT NULL, -- Its upper side, in parts of the page's height.
    width REAL NOT NULL, -- Its width, in parts of the page's width.
    height REAL NOT NULL, -- Its height, in parts of the page's height.
    PRIMARY KEY (sha256, page, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX issue_scan ON issue (message) WHERE code = 'scan_only';
