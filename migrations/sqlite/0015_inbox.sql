-- The comments as those read them who answer for a unit, and what was done about each.

-- 1 once a comment stands in the inbox: it comes there when its answer is released.
ALTER TABLE comments ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX comments_unlisted ON comments (response_n, question_id) WHERE listed = 0;

-- One row a comment, gone when the comment goes. token is drawn by chance: it is the address, and the order within a
-- day. rating is the closing level of the same person, aspects |name|name|; folded is what may be searched: small letters
-- without marks, numbers and hidden names left out. status is new, open, done or hidden, hidden_for then the reason;
-- masks is JSON [[first, behind], …], the characters of confirmed names.
CREATE TABLE inbox (
    id INTEGER NOT NULL PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    response_n INTEGER NOT NULL,
    question_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    procedure_id INTEGER REFERENCES procedures (id),
    rating INTEGER,
    aspects TEXT NOT NULL,
    folded TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'new',
    assigned_unit_id INTEGER REFERENCES units (id),
    due INTEGER,
    hidden_for TEXT,
    masks TEXT NOT NULL DEFAULT '[]',
    UNIQUE (response_n, question_id),
    FOREIGN KEY (response_n, question_id) REFERENCES comments (response_n, question_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX inbox_day ON inbox (day, token);

-- The words of the inbox, without a text of its own. secure-delete: what is taken out leaves no trace in the index.
CREATE VIRTUAL TABLE inbox_words USING fts5 (
    folded, content = 'inbox', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO inbox_words (inbox_words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER inbox_words_insert AFTER INSERT ON inbox
BEGIN
    INSERT INTO inbox_words (rowid, folded) VALUES (new.id, new.folded);
END;
CREATE TRIGGER inbox_words_delete AFTER DELETE ON inbox
BEGIN
    INSERT INTO inbox_words (inbox_words, rowid, folded) VALUES ('delete', old.id, old.folded);
END;
CREATE TRIGGER inbox_words_update AFTER UPDATE OF folded ON inbox
BEGIN
    INSERT INTO inbox_words (inbox_words, rowid, folded) VALUES ('delete', old.id, old.folded);
    INSERT INTO inbox_words (rowid, folded) VALUES (new.id, new.folded);
END;

-- Append-only as long as the comment is there, and gone with it: notes may quote it. act is assigned, noted, answered,
-- moved, hidden, shown, masked or unmasked; body is the note, the answer or the reason in words; published is 1 when an
-- answer may be shown to everybody; from_char and to_char say which name.
CREATE TABLE handlings (
    n INTEGER NOT NULL PRIMARY KEY,
    response_n INTEGER NOT NULL,
    question_id INTEGER NOT NULL,
    act TEXT NOT NULL,
    unit_id INTEGER REFERENCES units (id),
    due INTEGER,
    status TEXT,
    reason TEXT,
    published INTEGER,
    from_char INTEGER,
    to_char INTEGER,
    body TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    at INTEGER NOT NULL,
    FOREIGN KEY (response_n, question_id) REFERENCES comments (response_n, question_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX handlings_comment ON handlings (response_n, question_id);
CREATE INDEX handlings_published ON handlings (at) WHERE published = 1;
CREATE TRIGGER handlings_no_update BEFORE UPDATE ON handlings
BEGIN
    SELECT RAISE(ABORT, 'handlings are append-only');
END;
CREATE TRIGGER handlings_no_delete BEFORE DELETE ON handlings
WHEN EXISTS (SELECT 1 FROM comments WHERE response_n = old.response_n AND question_id = old.question_id)
BEGIN
    SELECT RAISE(ABORT, 'handlings are append-only');
END;
