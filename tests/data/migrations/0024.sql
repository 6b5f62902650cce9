INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late, fed) VALUES (202610, 1, 1, 'direct', 3, 2, 1, 1);
