INSERT INTO kiosks (id, point_id, label, created_at, code_mac, code_expires_at, code_misses, waiting, version, clock_offset) VALUES (1, 1, 'Máy 1', 0, CAST('c' AS BLOB), 0, 0, 0, '', 0);
INSERT INTO kiosk_misses (at) VALUES (0);
INSERT INTO kiosk_quarantine (key, kiosk_id, received_at, content) VALUES (CAST('k' AS BLOB), 1, 0, '{}');
