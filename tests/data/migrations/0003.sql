INSERT INTO sounds (name, body) VALUES ('0123456789abcdef0123456789abcdef.opus', CAST('OggS' AS BLOB));
