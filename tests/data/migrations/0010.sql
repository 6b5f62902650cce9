INSERT INTO mark_days (day, responses, marks) VALUES (20261124, 9, 7);
INSERT INTO mark_signals (day, unit_id, p_value) VALUES (20261124, 1, 0.25);
INSERT INTO signals (month, unit_id, signal, p_value, seen, total) VALUES (202611, 1, 'burst', 0.25, 9, 40);
