INSERT INTO cases (case_mac, unit_id, procedure_id, channel, received_month, late, step, step_day, seen_day) VALUES (CAST('c' AS BLOB), 1, 1, 'direct', 202611, 0, 'open', 20261124, 20261124);
INSERT INTO case_counts (month, unit_id, procedure_id, channel, received, finished, late) VALUES (202611, 1, 1, 'direct', 1, 0, 0);
INSERT INTO mappings (name, body) VALUES ('cases', '{}');
