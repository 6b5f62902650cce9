INSERT INTO holidays (day, kind, name) VALUES (20260217, 'off', 'Tết Nguyên đán');
