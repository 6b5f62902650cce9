INSERT INTO accounts (id, login, name, password, created_at) VALUES (1, 'an', 'Nguyễn Thị An', '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA', 0);
INSERT INTO grants (account_id, role, unit_id) VALUES (1, 'admin', 0);
INSERT INTO sessions (id, hash, account_id, created_at, seen_at, confirmed_at) VALUES (1, CAST('s' AS BLOB), 1, 0, 0, 0);
INSERT INTO links (token_mac, kind, account_id, expires_at) VALUES (CAST('t' AS BLOB), 'invite', 1, 0);
INSERT INTO audit (n, at, account_id, act, subject, detail, request, hash) VALUES (1, 0, 1, 'signed-in', 'account 1', '{}', '00', CAST('h' AS BLOB));
INSERT INTO paper_batches (id, label, unit_id, procedure_id, questionnaire_id, first_day, last_day, sheets, twice, opened_by, opened_at) VALUES (1, 'VP 11/2026', 1, 1, 1, 20261101, 20261130, 50, 1, 1, 0);
INSERT INTO paper_entries (batch_id, sheet, turn, account_id, entered_at, content) VALUES (1, 1, 1, 1, 0, NULL);
INSERT INTO paper_sheets (batch_id, sheet, stored_at) VALUES (1, 1, 0);
