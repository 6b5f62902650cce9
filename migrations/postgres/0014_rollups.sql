-- Tallies beside the daily ones, so that no page reads more than it shows.
--
-- rollups: one row a level, question, day, month or year, place, channel and pile. level: 1 all units, by channel; 2 a unit;
-- 3 a unit, by channel; 4 a procedure, by channel; 5 a unit and procedure; 6 a procedure and unit; 7 a unit and point.
-- 1 to 4 have rows of days (yyyymmdd), months (yyyymm) and years (yyyy), 5 and 6 of months, 7 of days. one_id and two_id are the
-- place in the order of the level, 0 where it has none; procedure 0 is none named; channel is '' where a level does not
-- tell them apart. Levels 2, 5, 6 and 7 hold only questions that feed an indicator.
-- what is a question, or -1, -2, -3: the respondent moments of procedures, service, education.
-- pile: 0 what is counted; 1 what two people left out of it; 2 what of the counted is marked as suspicious.
-- Of a question, v1 to v5 are the choices 5 block + 1 to 5 block + 5, v6 left blank, v7 not applicable (block 0). Of
-- moments they are n, s, m, ss, sm, mm and 0.
CREATE TABLE rollups (
    level BIGINT NOT NULL,
    what BIGINT NOT NULL,
    time BIGINT NOT NULL,
    one_id BIGINT NOT NULL,
    two_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    pile BIGINT NOT NULL,
    block BIGINT NOT NULL,
    v1 BIGINT NOT NULL,
    v2 BIGINT NOT NULL,
    v3 BIGINT NOT NULL,
    v4 BIGINT NOT NULL,
    v5 BIGINT NOT NULL,
    v6 BIGINT NOT NULL,
    v7 BIGINT NOT NULL,
    PRIMARY KEY (level, what, time, one_id, two_id, channel, pile, block)
);

-- Of the counted answers those whose person is marked: what tallies_day and moments_day count of them.
CREATE TABLE marked_tallies (
    day BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    procedure_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    question_id BIGINT NOT NULL,
    choice BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, unit_id, procedure_id, channel, question_id, choice)
);

CREATE TABLE marked_moments (
    day BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    procedure_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    indicator TEXT NOT NULL,
    n BIGINT NOT NULL,
    s BIGINT NOT NULL,
    m BIGINT NOT NULL,
    ss BIGINT NOT NULL,
    sm BIGINT NOT NULL,
    mm BIGINT NOT NULL,
    PRIMARY KEY (day, unit_id, procedure_id, channel, indicator)
);

-- marked: raised whenever answers are marked as suspicious.
INSERT INTO marks (name, n) VALUES ('marked', 0);

-- Every released answer of a person who is marked or who answered at a point. pile as in rollups, for the first two.
CREATE TABLE filling AS
SELECT COALESCE(r.first, r.n) AS person, r.unit_id, COALESCE(r.procedure_id, 0) AS procedure_id,
    COALESCE(r.point_id, 0) AS point_id, r.channel, r.day,
    CAST(one.value ->> 0 AS BIGINT) AS question_id, CAST(one.value ->> 1 AS BIGINT) AS choice,
    CASE WHEN COALESCE(r.first, r.n) IN (
        SELECT e.response_n FROM exclusions AS e
        WHERE EXISTS (SELECT 1 FROM proposals AS p WHERE p.proposal = e.proposal AND p.step = 'approved')
            AND NOT EXISTS (SELECT 1 FROM proposals AS p WHERE p.proposal = e.proposal AND p.step = 'undo-approved')
    ) THEN 1 ELSE 0 END AS pile,
    CASE WHEN COALESCE(r.first, r.n) IN (
        SELECT COALESCE(m.first, m.n) FROM flags AS f JOIN responses AS m ON m.n = f.n
    ) THEN 1 ELSE 0 END AS marked
FROM responses AS r, jsonb_array_elements(CAST(r.answers AS jsonb)) AS one (value)
WHERE r.n <= (SELECT n FROM marks WHERE name = 'released_through') AND r.n NOT IN (SELECT n FROM waiting)
    AND (r.point_id IS NOT NULL
        OR COALESCE(r.first, r.n) IN (SELECT COALESCE(m.first, m.n) FROM flags AS f JOIN responses AS m ON m.n = f.n));

-- How many criteria each of these persons answered (m), and how many at level 4 or 5 (s).
CREATE TABLE filling_moments AS
SELECT person, unit_id, procedure_id, MAX(point_id) AS point_id, channel, day, pile, marked, q.indicator,
    CAST(SUM(CASE WHEN choice >= 4 THEN 1 ELSE 0 END) AS BIGINT) AS s, CAST(COUNT(*) AS BIGINT) AS m
FROM filling JOIN questions AS q ON q.id = question_id
WHERE choice BETWEEN 1 AND 5 AND q.kind = 'level' AND COALESCE(q.factor, '') <> 'overall'
    AND q.indicator IN ('procedures', 'service', 'education')
GROUP BY person, unit_id, procedure_id, channel, day, pile, marked, q.indicator;

INSERT INTO marked_tallies (day, unit_id, procedure_id, channel, question_id, choice, n)
SELECT day, unit_id, procedure_id, channel, question_id, choice, CAST(COUNT(*) AS BIGINT)
FROM filling
WHERE marked = 1 AND pile = 0
GROUP BY day, unit_id, procedure_id, channel, question_id, choice;

INSERT INTO marked_moments (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm)
SELECT day, unit_id, procedure_id, channel, indicator, CAST(COUNT(*) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT),
    CAST(SUM(s * s) AS BIGINT), CAST(SUM(s * m) AS BIGINT), CAST(SUM(m * m) AS BIGINT)
FROM filling_moments
WHERE marked = 1 AND pile = 0
GROUP BY day, unit_id, procedure_id, channel, indicator;

-- Levels 3, 4, 5 and 7 from what is told day by day, everything else from these.
CREATE TABLE filling_days AS
SELECT t.day, t.unit_id, t.procedure_id, t.channel, t.what, t.pile, t.block, t.feeds,
    CAST(SUM(t.v1) AS BIGINT) AS v1, CAST(SUM(t.v2) AS BIGINT) AS v2, CAST(SUM(t.v3) AS BIGINT) AS v3, CAST(SUM(t.v4) AS BIGINT) AS v4, CAST(SUM(t.v5) AS BIGINT) AS v5, CAST(SUM(t.v6) AS BIGINT) AS v6, CAST(SUM(t.v7) AS BIGINT) AS v7
FROM (
SELECT day, unit_id, procedure_id, channel, question_id AS what, 0 AS pile,
    CASE WHEN choice > 0 THEN (choice - 1) / 5 ELSE 0 END AS block,
    CASE WHEN q.indicator IS NULL THEN 0 ELSE 1 END AS feeds,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 0 THEN n ELSE 0 END AS v1,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 1 THEN n ELSE 0 END AS v2,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 2 THEN n ELSE 0 END AS v3,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 3 THEN n ELSE 0 END AS v4,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 4 THEN n ELSE 0 END AS v5,
    CASE WHEN choice = 0 THEN n ELSE 0 END AS v6,
    CASE WHEN choice = -1 THEN n ELSE 0 END AS v7
FROM tallies_day JOIN questions AS q ON q.id = question_id
UNION ALL
SELECT day, unit_id, procedure_id, channel, question_id AS what, 1 AS pile,
    CASE WHEN choice > 0 THEN (choice - 1) / 5 ELSE 0 END AS block,
    CASE WHEN q.indicator IS NULL THEN 0 ELSE 1 END AS feeds,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 0 THEN n ELSE 0 END AS v1,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 1 THEN n ELSE 0 END AS v2,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 2 THEN n ELSE 0 END AS v3,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 3 THEN n ELSE 0 END AS v4,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 4 THEN n ELSE 0 END AS v5,
    CASE WHEN choice = 0 THEN n ELSE 0 END AS v6,
    CASE WHEN choice = -1 THEN n ELSE 0 END AS v7
FROM excluded_tallies JOIN questions AS q ON q.id = question_id
UNION ALL
SELECT day, unit_id, procedure_id, channel, question_id AS what, 2 AS pile,
    CASE WHEN choice > 0 THEN (choice - 1) / 5 ELSE 0 END AS block,
    CASE WHEN q.indicator IS NULL THEN 0 ELSE 1 END AS feeds,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 0 THEN n ELSE 0 END AS v1,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 1 THEN n ELSE 0 END AS v2,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 2 THEN n ELSE 0 END AS v3,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 3 THEN n ELSE 0 END AS v4,
    CASE WHEN choice > 0 AND (choice - 1) % 5 = 4 THEN n ELSE 0 END AS v5,
    CASE WHEN choice = 0 THEN n ELSE 0 END AS v6,
    CASE WHEN choice = -1 THEN n ELSE 0 END AS v7
FROM marked_tallies JOIN questions AS q ON q.id = question_id
UNION ALL
SELECT day, unit_id, procedure_id, channel,
    CASE indicator WHEN 'procedures' THEN -1 WHEN 'service' THEN -2 ELSE -3 END, 0, 0, 1, n, s, m, ss, sm, mm, 0
FROM moments_day
UNION ALL
SELECT day, unit_id, procedure_id, channel,
    CASE indicator WHEN 'procedures' THEN -1 WHEN 'service' THEN -2 ELSE -3 END, 1, 0, 1, n, s, m, ss, sm, mm, 0
FROM excluded_moments
UNION ALL
SELECT day, unit_id, procedure_id, channel,
    CASE indicator WHEN 'procedures' THEN -1 WHEN 'service' THEN -2 ELSE -3 END, 2, 0, 1, n, s, m, ss, sm, mm, 0
FROM marked_moments
) AS t
GROUP BY t.day, t.unit_id, t.procedure_id, t.channel, t.what, t.pile, t.block, t.feeds;

-- A unit by channel, by day.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 3, what, day, unit_id, 0, channel, pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM filling_days
GROUP BY what, day, unit_id, channel, pile, block;

-- A procedure by channel, by day.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 4, what, day, procedure_id, 0, channel, pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM filling_days
GROUP BY what, day, procedure_id, channel, pile, block;

-- A unit and procedure, by month.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 5, what, day / 100, unit_id, procedure_id, '', pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM filling_days
WHERE feeds = 1
GROUP BY what, day / 100, unit_id, procedure_id, pile, block;

-- A procedure and unit, by month.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 6, what, time, two_id, one_id, '', pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM rollups
WHERE level = 5
GROUP BY what, time, two_id, one_id, pile, block;

-- All units by channel, by day.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 1, what, time, 0, 0, channel, pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM rollups
WHERE level = 4
GROUP BY what, time, channel, pile, block;

-- A unit, by day.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 2, what, time, one_id, 0, '', pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM rollups
WHERE level = 3 AND (what < 0 OR what IN (SELECT id FROM questions WHERE indicator IS NOT NULL))
GROUP BY what, time, one_id, pile, block;

-- Levels 1 to 4 by month.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT level, what, time / 100, one_id, 0, channel, pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM rollups
WHERE level BETWEEN 1 AND 4
GROUP BY level, what, time / 100, one_id, channel, pile, block;

-- Levels 1 to 4 by year.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT level, what, time / 10000, one_id, 0, channel, pile, block,
    CAST(SUM(v1) AS BIGINT), CAST(SUM(v2) AS BIGINT), CAST(SUM(v3) AS BIGINT), CAST(SUM(v4) AS BIGINT), CAST(SUM(v5) AS BIGINT), CAST(SUM(v6) AS BIGINT), CAST(SUM(v7) AS BIGINT)
FROM rollups
WHERE level BETWEEN 1 AND 4 AND time > 1000000
GROUP BY level, what, time / 10000, one_id, channel, pile, block;

-- A unit and point, by day.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 7, question_id, day, unit_id, point_id, '', pile, CASE WHEN choice > 0 THEN (choice - 1) / 5 ELSE 0 END,
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 0 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 1 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 2 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 3 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 4 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice = 0 THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN choice = -1 THEN 1 ELSE 0 END) AS BIGINT)
FROM filling
WHERE point_id > 0 AND question_id IN (SELECT id FROM questions WHERE indicator IS NOT NULL)
GROUP BY question_id, day, unit_id, point_id, pile, CASE WHEN choice > 0 THEN (choice - 1) / 5 ELSE 0 END;

INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 7, CASE indicator WHEN 'procedures' THEN -1 WHEN 'service' THEN -2 ELSE -3 END, day, unit_id, point_id, '', pile, 0,
    CAST(COUNT(*) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT), CAST(SUM(s * s) AS BIGINT), CAST(SUM(s * m) AS BIGINT), CAST(SUM(m * m) AS BIGINT), 0
FROM filling_moments
WHERE point_id > 0
GROUP BY indicator, day, unit_id, point_id, pile;

-- A unit and point, by day, the marked.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 7, question_id, day, unit_id, point_id, '', 2, CASE WHEN choice > 0 THEN (choice - 1) / 5 ELSE 0 END,
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 0 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 1 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 2 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 3 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice > 0 AND (choice - 1) % 5 = 4 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN choice = 0 THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN choice = -1 THEN 1 ELSE 0 END) AS BIGINT)
FROM filling
WHERE point_id > 0 AND marked = 1 AND pile = 0 AND question_id IN (SELECT id FROM questions WHERE indicator IS NOT NULL)
GROUP BY question_id, day, unit_id, point_id, CASE WHEN choice > 0 THEN (choice - 1) / 5 ELSE 0 END;

INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT 7, CASE indicator WHEN 'procedures' THEN -1 WHEN 'service' THEN -2 ELSE -3 END, day, unit_id, point_id, '', 2, 0,
    CAST(COUNT(*) AS BIGINT), CAST(SUM(s) AS BIGINT), CAST(SUM(m) AS BIGINT), CAST(SUM(s * s) AS BIGINT), CAST(SUM(s * m) AS BIGINT), CAST(SUM(m * m) AS BIGINT), 0
FROM filling_moments
WHERE point_id > 0 AND marked = 1 AND pile = 0
GROUP BY indicator, day, unit_id, point_id;

DROP TABLE filling_days;
DROP TABLE filling_moments;
DROP TABLE filling;

-- What these two counted is in level 3.
DROP TABLE tallies_month;
DROP TABLE moments_month;
