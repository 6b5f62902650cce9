INSERT INTO rollups (level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7)
VALUES (7, 1, 202612, 1, 1, '', 0, 0, 1, 0, 0, 0, 0, 0, 0);
