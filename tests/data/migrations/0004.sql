INSERT INTO anchors (at, receivers, body) VALUES (1795500000000, 1, '{}');
INSERT INTO key_epochs (epoch, responses_from, audit_from, at) VALUES (2, 2, 2, 1795500000000);
