-- Questions read aloud. The name is made of what is in the file, so a row never changes.
CREATE TABLE sounds (
    name TEXT NOT NULL PRIMARY KEY,
    body BYTEA NOT NULL
);
