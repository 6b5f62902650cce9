INSERT INTO proposals (n, step, what, unit_id, account_id, at, reason, body, criterion) VALUES (1, 'proposed', 'exclude', 1, 1, 0, 'trial', 'Thử máy', '{"answer":1}');
INSERT INTO exclusions (proposal, response_n) VALUES (1, 1);
INSERT INTO erasures (n, response_n, question_id, proposal, at) VALUES (1, 1, 1, 1, 0);
INSERT INTO excluded_tallies (day, unit_id, procedure_id, channel, question_id, choice, n) VALUES (20261124, 1, 1, 'counter', 1, 5, 1);
INSERT INTO excluded_moments (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm) VALUES (20261124, 1, 1, 'counter', 'service', 1, 1, 1, 1, 1, 1);
INSERT INTO nights (job, day) VALUES ('comments', 20261124);
INSERT INTO traces (n, point_id, mark, staff, at) VALUES (1, 1, 77, 0, 0);
INSERT INTO day_keys (day, key) VALUES (20261124, CAST('k' AS BLOB));
INSERT INTO flags (n, rule, at) VALUES (1, 'hours', 0);
