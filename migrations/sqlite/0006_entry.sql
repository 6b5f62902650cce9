-- factor is 1 once a second factor was given in this session, by a code or by the provider of single sign-on.
ALTER TABLE sessions ADD COLUMN factor INTEGER NOT NULL DEFAULT 0;

-- The seed of an account's authenticator, sealed; last_step is the time step of the last code taken: none counts twice.
CREATE TABLE second_factors (
    account_id INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id),
    sealed BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

-- Codes for when the authenticator is lost: argon2id in PHC form, once each.
CREATE TABLE recovery_codes (
    id INTEGER NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    hash TEXT NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);

-- How often a login name, a known browser or the codes of an account were tried in vain; who is a keyed hash. Kept for
-- a quarter of an hour after the last try, so that all processes slow guessing together.
CREATE TABLE sign_in_tries (
    who BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

-- Failures to sign in, per account (0 is nobody known) and hour (unix ms of its beginning); noted is 1 once the audit
-- log has the count. Forgotten after 24 hours. No address is in it.
CREATE TABLE sign_in_failures (
    account_id INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    n INTEGER NOT NULL,
    noted INTEGER NOT NULL,
    PRIMARY KEY (account_id, hour)
) STRICT;

-- Who an account is to a provider of single sign-on; an administrator writes it, never the provider.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (issuer, subject)
) STRICT;
CREATE UNIQUE INDEX identities_account ON identities (account_id, issuer);

-- The audit log is read by person.
CREATE INDEX audit_account ON audit (account_id, n);
