-- How answers came, one row for all that were stored together: a row for each cost as much as a tenth of storing the
-- answer. arrived is JSON [[n, point_id, mark, staff, hasty, at], …]; last_at is the latest of these instants.
CREATE TABLE arrivals (
    first_n BIGINT NOT NULL PRIMARY KEY,
    last_at BIGINT NOT NULL,
    arrived TEXT NOT NULL
);
-- It lives for two days: packing it takes longer than writing it.
ALTER TABLE arrivals ALTER COLUMN arrived SET STORAGE EXTERNAL;
INSERT INTO arrivals (first_n, last_at, arrived)
SELECT n, at, CAST(jsonb_build_array(jsonb_build_array(n, point_id, mark, staff, hasty, at)) AS TEXT) FROM traces;
DROP TABLE traces;
CREATE VIEW traces AS
SELECT CAST(one ->> 0 AS BIGINT) AS n, CAST(one ->> 1 AS BIGINT) AS point_id, CAST(one ->> 2 AS BIGINT) AS mark,
       CAST(one ->> 3 AS BIGINT) AS staff, CAST(one ->> 4 AS BIGINT) AS hasty, CAST(one ->> 5 AS BIGINT) AS at
FROM arrivals, jsonb_array_elements(CAST(arrivals.arrived AS jsonb)) AS one;
