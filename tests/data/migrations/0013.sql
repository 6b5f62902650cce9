INSERT INTO arrivals (first_n, last_at, arrived) VALUES (90, 5, '[[90, 1, -7, 0, 1, 5]]');
