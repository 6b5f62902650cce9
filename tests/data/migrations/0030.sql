INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late) VALUES (202609, 1, 1, 'all', 3, 2, 1);
