INSERT INTO publications (id, period, cut_off, did, account_id, at) VALUES (1, '2025', 'calendar', 'Đã mở thêm một quầy.', 1, 0);
INSERT INTO publication_figures (publication_id, at, body, persons) VALUES (1, 0, CAST('b' AS BLOB), CAST('p' AS BLOB));
INSERT INTO withdrawals (publication_id, account_id, at, reason) VALUES (1, NULL, 0, 'Sai kỳ.');
