INSERT INTO key_checks (epoch, value) VALUES (1, CAST('c' AS BLOB));
INSERT INTO point_days (point_id, day, first_n, last_n) VALUES (2, 20261124, 1, 1);
