INSERT INTO api_keys (id, public, secret_mac, label, scopes, every_unit, created_at, expires_at) VALUES (1, 'AbCdEf01', CAST('m' AS BLOB), 'Cổng', '|figures|', 0, 0, 0);
INSERT INTO api_key_units (key_id, unit_id) VALUES (1, 1);
INSERT INTO api_calls (key_id, call, body, day, outcome) VALUES (1, CAST('c' AS BLOB), CAST('b' AS BLOB), 20261124, '[]');
INSERT INTO api_figures (wanted, asked_day) VALUES ('2026 calendar left_out', 20261124);
