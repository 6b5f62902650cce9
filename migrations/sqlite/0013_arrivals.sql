-- How answers came, one row for all that were stored together: a row for each cost as much as a tenth of storing the
-- answer. arrived is JSON [[n, point_id, mark, staff, hasty, at], …]; last_at is the latest of these instants.
CREATE TABLE arrivals (
    first_n INTEGER NOT NULL PRIMARY KEY,
    last_at INTEGER NOT NULL,
    arrived TEXT NOT NULL
) STRICT;
INSERT INTO arrivals (first_n, last_at, arrived)
SELECT n, at, json_array(json_array(n, point_id, mark, staff, hasty, at)) FROM traces;
DROP TABLE traces;
CREATE VIEW traces AS
SELECT one.value ->> 0 AS n, one.value ->> 1 AS point_id, one.value ->> 2 AS mark, one.value ->> 3 AS staff,
       one.value ->> 4 AS hasty, one.value ->> 5 AS at
FROM arrivals, json_each(arrivals.arrived) AS one;
