INSERT INTO invitation_sums (level, month, id, valid, answered) VALUES (1, 190001, 1, 3, 1);
