-- The officer's desk. Neither table says which invitation it was about: a sum per day, officer and unit cannot be
-- undone, and what a tablet is told is sealed, one row a tablet, written over and removed when its minute is over.

CREATE TABLE slips (
    day BIGINT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    unit_id BIGINT NOT NULL REFERENCES units (id),
    entered BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    woken BIGINT NOT NULL,
    PRIMARY KEY (day, account_id, unit_id)
);

CREATE TABLE wakes (
    point_id BIGINT NOT NULL PRIMARY KEY REFERENCES points (id),
    n BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);

-- woken: raised by every wake, so that each process notices one by reading a single number.
INSERT INTO marks (name, n) VALUES ('woken', 0);
