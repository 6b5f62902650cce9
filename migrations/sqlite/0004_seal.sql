-- Signed heads of both chains, as they were given away: append-only. body is the whole anchor as JSON, exactly as its
-- receivers have it; receivers is how many places outside this database took it.
CREATE TABLE anchors (
    id INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    receivers INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE TRIGGER anchors_no_update BEFORE UPDATE ON anchors
BEGIN
    SELECT RAISE(ABORT, 'anchors are append-only');
END;
CREATE TRIGGER anchors_no_delete BEFORE DELETE ON anchors
BEGIN
    SELECT RAISE(ABORT, 'anchors are append-only');
END;

-- Master keys after the first: from which row of each chain on each is the one that links. Append-only.
CREATE TABLE key_epochs (
    epoch INTEGER NOT NULL PRIMARY KEY,
    responses_from INTEGER NOT NULL,
    audit_from INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER key_epochs_no_update BEFORE UPDATE ON key_epochs
BEGIN
    SELECT RAISE(ABORT, 'key epochs are append-only');
END;
CREATE TRIGGER key_epochs_no_delete BEFORE DELETE ON key_epochs
BEGIN
    SELECT RAISE(ABORT, 'key epochs are append-only');
END;
