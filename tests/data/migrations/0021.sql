INSERT INTO endpoints (id, label, url, topics, sealed, created_at) VALUES (1, 'Cổng tỉnh', 'https://cong.example.vn/', '|kiosk.silent|', CAST('s' AS BLOB), 0);
INSERT INTO outbox (id, kind, target, body, created_at, next_at, tries, state, about) VALUES ('msg_2', 'webhook', '1', '{}', 0, 0, 1, 'held', 'kiosk.silent 1');
