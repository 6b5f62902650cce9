-- Where other systems are told of what happened here: addresses that an administrator registers.

-- topics is |name|name|. sealed is the secret that signs; old_sealed the one before it, which signs too until old_until.
-- taken_at is when something was last taken. off_at is when it was switched off, off_why `failed` (nothing was taken for
-- days) or `person`; what happens meanwhile is held for it. removed_at: it is on no page any more, and has no secret.
CREATE TABLE endpoints (
    id INTEGER NOT NULL PRIMARY KEY,
    label TEXT NOT NULL,
    url TEXT NOT NULL,
    topics TEXT NOT NULL,
    sealed BLOB NOT NULL,
    old_sealed BLOB,
    old_until INTEGER,
    created_at INTEGER NOT NULL,
    taken_at INTEGER,
    off_at INTEGER,
    off_why TEXT,
    removed_at INTEGER
) STRICT;

-- about names what a message tells of, so that it goes to one receiver under one id only. base counts the tries before
-- somebody sent it again. kind may be webhook from now on, its target an endpoint; state may be held.
ALTER TABLE outbox ADD COLUMN about TEXT;
ALTER TABLE outbox ADD COLUMN base INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX outbox_about ON outbox (kind, target, about);

-- The last local day whose used invitations were told of, yyyymmdd; 0 when none was.
INSERT INTO marks (name, n) VALUES ('used_told', 0);
