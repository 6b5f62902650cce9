INSERT INTO marked_tallies (day, unit_id, procedure_id, channel, question_id, choice, n) VALUES (20261125, 1, 1, 'counter', 1, 5, 1);
INSERT INTO marked_moments (day, unit_id, procedure_id, channel, indicator, n, s, m, ss, sm, mm) VALUES (20261125, 1, 1, 'counter', 'service', 1, 1, 1, 1, 1, 1);
