-- rollups of levels 5 and 6, a unit and a procedure, have rows of years beside those of months, and those of level 7, a unit
-- and one of its points, rows of months and years beside those of days.
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT level, what, time / 100, one_id, two_id, channel, pile, block,
    SUM(v1), SUM(v2), SUM(v3), SUM(v4), SUM(v5), SUM(v6), SUM(v7)
FROM rollups
WHERE level = 7
GROUP BY level, what, time / 100, one_id, two_id, channel, pile, block;
INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
SELECT level, what, time / 100, one_id, two_id, channel, pile, block,
    SUM(v1), SUM(v2), SUM(v3), SUM(v4), SUM(v5), SUM(v6), SUM(v7)
FROM rollups
WHERE level IN (5, 6, 7) AND time < 1000000
GROUP BY level, what, time / 100, one_id, two_id, channel, pile, block;
