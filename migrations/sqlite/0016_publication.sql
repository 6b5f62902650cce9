-- What the office chose to publish. A publication is of a period; replaces names the one that it corrects, did holds what
-- was done about the results before, in words. account_id is none for the operator. Append-only.
CREATE TABLE publications (
    id INTEGER NOT NULL PRIMARY KEY,
    period TEXT NOT NULL,
    cut_off TEXT NOT NULL,
    replaces INTEGER REFERENCES publications (id),
    did TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id),
    at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER publications_no_update BEFORE UPDATE ON publications
BEGIN
    SELECT RAISE(ABORT, 'publications are append-only');
END;
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications
BEGIN
    SELECT RAISE(ABORT, 'publications are append-only');
END;

-- What everybody sees of a publication from an instant on: packed JSON of the findings without and with what two people
-- left out, and the persons of each line as they are told, packed likewise. The audit log holds the digest of both. A
-- publication without a row here follows the releases. Append-only.
CREATE TABLE publication_figures (
    publication_id INTEGER NOT NULL PRIMARY KEY REFERENCES publications (id),
    at INTEGER NOT NULL,
    body BLOB NOT NULL,
    persons BLOB NOT NULL
) STRICT;
CREATE TRIGGER publication_figures_no_update BEFORE UPDATE ON publication_figures
BEGIN
    SELECT RAISE(ABORT, 'published figures are append-only');
END;
CREATE TRIGGER publication_figures_no_delete BEFORE DELETE ON publication_figures
BEGIN
    SELECT RAISE(ABORT, 'published figures are append-only');
END;

-- Publications that were taken back, and why. Append-only.
CREATE TABLE withdrawals (
    publication_id INTEGER NOT NULL PRIMARY KEY REFERENCES publications (id),
    account_id INTEGER REFERENCES accounts (id),
    at INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE TRIGGER withdrawals_no_update BEFORE UPDATE ON withdrawals
BEGIN
    SELECT RAISE(ABORT, 'withdrawals are append-only');
END;
CREATE TRIGGER withdrawals_no_delete BEFORE DELETE ON withdrawals
BEGIN
    SELECT RAISE(ABORT, 'withdrawals are append-only');
END;

-- Raised by every publication and withdrawal.
INSERT INTO marks (name, n) VALUES ('published', 0);
