INSERT INTO slips (day, account_id, unit_id, entered, issued, woken) VALUES (20261124, 1, 1, 3, 2, 1);
INSERT INTO wakes (point_id, n, sealed, expires_at) VALUES (1, 1, CAST('s' AS BLOB), 0);
