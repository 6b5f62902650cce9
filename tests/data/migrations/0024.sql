INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late, fed) VALUES (202610, 1, 1, 'direct', 3, 2, 1, 1);
INSERT INTO cases (case_mac, unit_id, procedure_id, channel, received_month, late, step, step_day, record_day) VALUES (CAST('d' AS BLOB), 1, 1, 'direct', 202611, 0, 'open', 0, 20261124);
INSERT INTO case_counts (month, unit_id, procedure_id, channel, received, finished, late) VALUES (202611, 1, 1, 'direct', 1, 0, 0);
