-- People who sign in. login is NFC in small letters; password is argon2id in PHC form, with its parameters, or NULL
-- before the person has chosen one.
CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    signed_in_at INTEGER
) STRICT;

-- Roles. unit_id 0 means every unit.
CREATE TABLE grants (
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    unit_id INTEGER NOT NULL,
    PRIMARY KEY (account_id, role, unit_id)
) STRICT, WITHOUT ROWID;

-- hash is SHA-256 of what the cookie holds; confirmed_at is when the password was last given.
CREATE TABLE sessions (
    id INTEGER NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    confirmed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account_id);

-- One-time links: setup (no account yet), invite, reset. Only the keyed hash of the token is kept.
CREATE TABLE links (
    token_mac BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id),
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Numbered paper forms while they are typed in. twice is 1 when two people type each sheet.
CREATE TABLE paper_batches (
    id INTEGER NOT NULL PRIMARY KEY,
    label TEXT NOT NULL UNIQUE,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    procedure_id INTEGER REFERENCES procedures (id),
    questionnaire_id INTEGER NOT NULL REFERENCES questionnaires (id),
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    sheets INTEGER NOT NULL,
    twice INTEGER NOT NULL,
    opened_by INTEGER NOT NULL REFERENCES accounts (id),
    opened_at INTEGER NOT NULL
) STRICT;

-- Who typed which sheet in which turn; turn 3 settles what 1 and 2 read differently. content is JSON and is forgotten
-- once the sheet is stored as a response: nothing here leads from a sheet to its answer.
CREATE TABLE paper_entries (
    batch_id INTEGER NOT NULL REFERENCES paper_batches (id),
    sheet INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    entered_at INTEGER NOT NULL,
    content TEXT,
    PRIMARY KEY (batch_id, sheet, turn)
) STRICT, WITHOUT ROWID;

-- Sheets that are stored as responses.
CREATE TABLE paper_sheets (
    batch_id INTEGER NOT NULL REFERENCES paper_batches (id),
    sheet INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (batch_id, sheet)
) STRICT, WITHOUT ROWID;

INSERT INTO chain (name, n, hash) VALUES ('audit', 0, zeroblob(32));

-- Append-only: who did what to what, when, in which request. account_id NULL is the operator at the server, or nobody
-- known. No answer, comment, password or token is ever in it.
CREATE TABLE audit (
    n INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    account_id INTEGER,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    request TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
