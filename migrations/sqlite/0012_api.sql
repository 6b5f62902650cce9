-- Other systems: their keys, what came of their creating calls, and the figures that are cut for them once a day.

-- A key is 8 characters that name it (public) and 43 that only its holder has, of which secret_mac is the keyed hash.
-- scopes is |name|name|. every_unit is 1 for all units; else api_key_units names them, those below included. used_day
-- is the last local day on which it was used: no row says more.
CREATE TABLE api_keys (
    id INTEGER NOT NULL PRIMARY KEY,
    public TEXT NOT NULL UNIQUE,
    secret_mac BLOB NOT NULL,
    label TEXT NOT NULL,
    scopes TEXT NOT NULL,
    every_unit INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    used_day INTEGER
) STRICT;

CREATE TABLE api_key_units (
    key_id INTEGER NOT NULL REFERENCES api_keys (id),
    unit_id INTEGER NOT NULL REFERENCES units (id),
    PRIMARY KEY (key_id, unit_id)
) STRICT, WITHOUT ROWID;

-- What a creating call came to, for 30 days: call is the keyed hash of its Idempotency-Key, body that of what was sent,
-- outcome JSON with the references of invitations and no code or case.
CREATE TABLE api_calls (
    key_id INTEGER NOT NULL REFERENCES api_keys (id),
    call BLOB NOT NULL,
    body BLOB NOT NULL,
    day INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (key_id, call)
) STRICT;

-- Figures as they were at the last cut for other systems. wanted names the period; without body it was asked for after
-- the figures had changed, and is filled at the next cut.
CREATE TABLE api_figures (
    wanted TEXT NOT NULL PRIMARY KEY,
    asked_day INTEGER NOT NULL,
    body BLOB
) STRICT;

-- cut_day: the local day of that cut; cut_tallied: what the mark of the tallies stood at then.
INSERT INTO marks (name, n) VALUES ('cut_day', 0);
INSERT INTO marks (name, n) VALUES ('cut_tallied', -1);

-- What other systems call an invitation: chance, so that it tells nothing of how many there are. used may be 3 from now
-- on: revoked, and expired at that instant.
ALTER TABLE invitations ADD COLUMN reference TEXT;
UPDATE invitations SET reference = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX invitations_reference ON invitations (reference);
