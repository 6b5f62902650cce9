-- A keyed value of each master key, by which a key file of another database is known before it writes. Append-only.
CREATE TABLE key_checks (
    epoch INTEGER NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
CREATE TRIGGER key_checks_no_update BEFORE UPDATE ON key_checks
BEGIN
    SELECT RAISE(ABORT, 'key checks are append-only');
END;
CREATE TRIGGER key_checks_no_delete BEFORE DELETE ON key_checks
BEGIN
    SELECT RAISE(ABORT, 'key checks are append-only');
END;

-- Between which numbers the first parts of answers lie that were given at a point on a day: written by each release, so
-- that they are found without reading all answers, and storing one costs nothing.
CREATE TABLE point_days (
    point_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    first_n INTEGER NOT NULL,
    last_n INTEGER NOT NULL,
    PRIMARY KEY (point_id, day)
) STRICT, WITHOUT ROWID;
INSERT INTO point_days (point_id, day, first_n, last_n)
SELECT point_id, day, MIN(n), MAX(n)
FROM responses
WHERE point_id IS NOT NULL AND first IS NULL AND n <= (SELECT n FROM marks WHERE name = 'released_through')
GROUP BY point_id, day;

-- The day of the answer, so that old comments and those of the last month are found without reading all answers.
ALTER TABLE comments ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
UPDATE comments SET day = (SELECT r.day FROM responses AS r WHERE r.n = comments.response_n);
CREATE INDEX comments_day ON comments (day, response_n);
