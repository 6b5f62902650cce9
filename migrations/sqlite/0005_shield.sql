-- Answers left out of the figures and comments erased, each by two people; marks of suspicion; what forgets by itself.

-- excluded: raised by every decision that leaves answers out of the figures or takes them in again.
INSERT INTO marks (name, n) VALUES ('excluded', 0);

-- Append-only: each step of a proposal is a row. proposal is NULL in the first row and names it in the others; step is
-- proposed, approved, refused, undo-proposed, undo-approved or undo-refused; what is exclude or erase; criterion is
-- JSON that says which answers were meant.
CREATE TABLE proposals (
    n INTEGER NOT NULL PRIMARY KEY,
    proposal INTEGER REFERENCES proposals (n),
    step TEXT NOT NULL,
    what TEXT NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    criterion TEXT NOT NULL
) STRICT;
CREATE INDEX proposals_proposal ON proposals (proposal);

-- Append-only: the answers (numbers of first parts) that a proposal names.
CREATE TABLE exclusions (
    proposal INTEGER NOT NULL REFERENCES proposals (n),
    response_n INTEGER NOT NULL REFERENCES responses (n),
    PRIMARY KEY (proposal, response_n)
) STRICT, WITHOUT ROWID;

-- Append-only: comments that are gone, text and salt; their commitment stays in the response. proposal is NULL when
-- their time was over.
CREATE TABLE erasures (
    n INTEGER NOT NULL PRIMARY KEY,
    response_n INTEGER NOT NULL REFERENCES responses (n),
    question_id INTEGER NOT NULL REFERENCES questions (id),
    proposal INTEGER REFERENCES proposals (n),
    at INTEGER NOT NULL,
    UNIQUE (response_n, question_id)
) STRICT;
CREATE TRIGGER proposals_no_update BEFORE UPDATE ON proposals
BEGIN
    SELECT RAISE(ABORT, 'proposals are append-only');
END;
CREATE TRIGGER proposals_no_delete BEFORE DELETE ON proposals
BEGIN
    SELECT RAISE(ABORT, 'proposals are append-only');
END;
CREATE TRIGGER exclusions_no_update BEFORE UPDATE ON exclusions
BEGIN
    SELECT RAISE(ABORT, 'exclusions are append-only');
END;
CREATE TRIGGER exclusions_no_delete BEFORE DELETE ON exclusions
BEGIN
    SELECT RAISE(ABORT, 'exclusions are append-only');
END;
CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures
BEGIN
    SELECT RAISE(ABORT, 'erasures are append-only');
END;
CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures
BEGIN
    SELECT RAISE(ABORT, 'erasures are append-only');
END;

-- Released answers that are left out of the figures: what tallies_day and moments_day would count of them.
CREATE TABLE excluded_tallies (
    day INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    procedure_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    question_id INTEGER NOT NULL,
    choice INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, unit_id, procedure_id, channel, question_id, choice)
) STRICT, WITHOUT ROWID;

CREATE TABLE excluded_moments (
    day INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    procedure_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    indicator TEXT NOT NULL,
    n INTEGER NOT NULL,
    s INTEGER NOT NULL,
    m INTEGER NOT NULL,
    ss INTEGER NOT NULL,
    sm INTEGER NOT NULL,
    mm INTEGER NOT NULL,
    PRIMARY KEY (day, unit_id, procedure_id, channel, indicator)
) STRICT, WITHOUT ROWID;

-- Which nightly job did its work of which local day: the row is what lets one process of several do it.
CREATE TABLE nights (
    job TEXT NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (job, day)
) STRICT, WITHOUT ROWID;

-- How answers came: kept 48 hours, outside the chain, for answers given at a point. mark is made of the address with the
-- key of the day; staff is 1 when it came from a network of the staff.
CREATE TABLE traces (
    n INTEGER NOT NULL PRIMARY KEY,
    point_id INTEGER NOT NULL,
    mark INTEGER,
    staff INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE day_keys (
    day INTEGER NOT NULL PRIMARY KEY,
    key BLOB NOT NULL
) STRICT;

-- Append-only: what the rules found suspicious in an answer.
CREATE TABLE flags (
    n INTEGER NOT NULL,
    rule TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (n, rule)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER flags_no_update BEFORE UPDATE ON flags
BEGIN
    SELECT RAISE(ABORT, 'flags are append-only');
END;
CREATE TRIGGER flags_no_delete BEFORE DELETE ON flags
BEGIN
    SELECT RAISE(ABORT, 'flags are append-only');
END;
