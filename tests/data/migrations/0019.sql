INSERT INTO caseload_sums (month, unit_id, procedure_id, finished, late, rows) VALUES (190001, 1, 0, 1, 0, 1);
