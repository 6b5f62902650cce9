-- Tablets at counters. A row is one device: it is paired once, with a code of which only the keyed hash is kept.
-- pending_mac is the ticket of a device that entered the code and waits to be confirmed; check_number is what it and
-- the administrator see. key_mac is the device's key, next_key_mac the one that will take its place once it is used.
CREATE TABLE kiosks (
    id INTEGER NOT NULL PRIMARY KEY,
    point_id INTEGER NOT NULL REFERENCES points (id),
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    code_mac BLOB,
    code_expires_at INTEGER NOT NULL,
    code_misses INTEGER NOT NULL,
    pending_mac BLOB,
    pending_until INTEGER,
    check_number INTEGER,
    confirmed_at INTEGER,
    key_mac BLOB UNIQUE,
    next_key_mac BLOB UNIQUE,
    key_at INTEGER,
    paired_at INTEGER,
    revoked_at INTEGER,
    seen_at INTEGER,
    waiting INTEGER NOT NULL,
    version TEXT NOT NULL,
    clock_offset INTEGER NOT NULL
) STRICT;

-- When a pairing code was missed; kept for ten minutes.
CREATE TABLE kiosk_misses (
    at INTEGER NOT NULL
) STRICT;

-- What a device sent after it was revoked: for the inspector, never for the results. key is the keyed hash of the id of
-- the tap, content is JSON.
CREATE TABLE kiosk_quarantine (
    key BLOB NOT NULL PRIMARY KEY,
    kiosk_id INTEGER NOT NULL REFERENCES kiosks (id),
    received_at INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
