UPDATE marks SET n = 0 WHERE name = 'recount';
