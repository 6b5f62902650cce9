INSERT INTO inbox (id, token, response_n, question_id, day, unit_id, procedure_id, rating, aspects, folded) VALUES (1, 'AAAAAAAAAAAAAAAAAAAAAA', 1, 1, 20261124, 1, 1, 5, '|time|', 'nhanh gon');
INSERT INTO handlings (n, response_n, question_id, act, body, account_id, at) VALUES (1, 1, 1, 'noted', 'Đã xem', 1, 0);
