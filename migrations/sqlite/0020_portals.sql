-- Other sites that citizens come from and may go back to: an origin (https://host, or with its port) and the beginning of
-- a path. The origins may show the first question in a frame. One that was taken off keeps its row.
CREATE TABLE portals (
    id INTEGER NOT NULL PRIMARY KEY,
    label TEXT NOT NULL,
    origin TEXT NOT NULL,
    path TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX portals_live ON portals (origin, path) WHERE removed_at IS NULL;
