INSERT INTO alerts (id, rule, unit_id, subject, detail, opened_at, seen_at) VALUES (1, 'below', 1, 'procedures', '{}', 0, 0);
INSERT INTO alert_mutes (alert_id, account_id, until) VALUES (1, 1, 0);
INSERT INTO mail_wishes (account_id, address, digest_day, urgent_at) VALUES (1, 'an@so.vn', 0, 0);
INSERT INTO alerts_told (alert_id, account_id) VALUES (1, 1);
INSERT INTO outbox (id, kind, target, body, created_at, next_at, tries, state) VALUES ('msg_1', 'mail', '1', '{}', 0, 0, 1, 'done');
INSERT INTO deliveries (outbox_id, try, at, outcome) VALUES ('msg_1', 1, 0, 'ok');
