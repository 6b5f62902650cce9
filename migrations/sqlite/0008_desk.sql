-- The officer's desk. Neither table says which invitation it was about: a sum per day, officer and unit cannot be
-- undone, and what a tablet is told is sealed, one row a tablet, written over and removed when its minute is over.

CREATE TABLE slips (
    day INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    unit_id INTEGER NOT NULL REFERENCES units (id),
    entered INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    woken INTEGER NOT NULL,
    PRIMARY KEY (day, account_id, unit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE wakes (
    point_id INTEGER NOT NULL PRIMARY KEY REFERENCES points (id),
    n INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- woken: raised by every wake, so that each process notices one by reading a single number.
INSERT INTO marks (name, n) VALUES ('woken', 0);
