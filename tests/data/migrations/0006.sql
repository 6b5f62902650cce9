INSERT INTO second_factors (account_id, sealed, last_step, made_at) VALUES (1, CAST('s' AS BLOB), 59850000, 0);
INSERT INTO recovery_codes (id, account_id, hash, used_at) VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA', NULL);
INSERT INTO sign_in_tries (who, failures, last_at) VALUES (CAST('w' AS BLOB), 1, 0);
INSERT INTO sign_in_failures (account_id, hour, n, noted) VALUES (1, 0, 3, 1);
INSERT INTO identities (issuer, subject, account_id) VALUES ('https://sso.example.vn', '248289761001', 1);
