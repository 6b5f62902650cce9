-- The spine: organisation, questionnaires, codes, answers, tallies. Days are local dates as yyyymmdd, months as
-- yyyymm, instants unix milliseconds.

CREATE TABLE marks (
    name TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT;
-- revision: raised by every change of units, forms and points, so that each process drops what it cached.
-- released_through: the last response number that a release has looked at. released_at: when, in unix ms.
-- tallied: raised whenever tallies change, so that a reader notices that they moved under it.
-- simulated: 1 when the answers in this database are made up.
INSERT INTO marks (name, n) VALUES ('revision', 0), ('released_through', 0), ('released_at', 0), ('tallied', 0), ('simulated', 0);

CREATE TABLE units (
    id INTEGER NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_id INTEGER REFERENCES units (id),
    valid_from INTEGER,
    valid_to INTEGER,
    successor_id INTEGER REFERENCES units (id)
) STRICT;

CREATE TABLE procedures (
    id INTEGER NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    field TEXT NOT NULL,
    level TEXT NOT NULL,
    valid_from INTEGER,
    valid_to INTEGER,
    successor_id INTEGER REFERENCES procedures (id)
) STRICT;

CREATE TABLE questionnaires (
    id INTEGER NOT NULL PRIMARY KEY,
    form TEXT NOT NULL,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (form, version)
) STRICT;

CREATE TABLE questions (
    id INTEGER NOT NULL PRIMARY KEY,
    questionnaire_id INTEGER NOT NULL REFERENCES questionnaires (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    indicator TEXT,
    factor TEXT,
    UNIQUE (questionnaire_id, name)
) STRICT;

CREATE TABLE points (
    id INTEGER NOT NULL PRIMARY KEY,
    code_mac BLOB NOT NULL UNIQUE,
    typed_mac BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    procedure_id INTEGER REFERENCES procedures (id),
    channel TEXT NOT NULL,
    form TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE invitations (
    id INTEGER NOT NULL PRIMARY KEY,
    code_mac BLOB NOT NULL UNIQUE,
    typed_mac BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    procedure_id INTEGER REFERENCES procedures (id),
    channel TEXT NOT NULL,
    form TEXT NOT NULL,
    case_mac BLOB NOT NULL,
    event TEXT NOT NULL,
    issued_day INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    used_day INTEGER,
    UNIQUE (case_mac, event)
) STRICT;

-- Head of each hash chain: the number and hash of its last row.
CREATE TABLE chain (
    name TEXT NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO chain (name, n, hash) VALUES ('responses', 0, zeroblob(32));

-- Append-only. n is given by the writer without gaps; key is the keyed hash of the idempotency key; first names the
-- first part when this row is a later part of the same answer; answers is JSON [[question_id, choice], …].
CREATE TABLE responses (
    n INTEGER NOT NULL PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    first INTEGER,
    unit_id INTEGER NOT NULL,
    procedure_id INTEGER,
    point_id INTEGER,
    channel TEXT NOT NULL,
    questionnaire_id INTEGER NOT NULL,
    language TEXT NOT NULL,
    scale_order TEXT NOT NULL,
    day INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    answers TEXT NOT NULL,
    commitment BLOB,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX responses_first ON responses (first) WHERE first IS NOT NULL;
CREATE TRIGGER responses_no_update BEFORE UPDATE ON responses
BEGIN
    SELECT RAISE(ABORT, 'responses are append-only');
END;
CREATE TRIGGER responses_no_delete BEFORE DELETE ON responses
BEGIN
    SELECT RAISE(ABORT, 'responses are append-only');
END;

-- Free text, apart from the answers; the response keeps a salted commitment to it.
CREATE TABLE comments (
    response_n INTEGER NOT NULL REFERENCES responses (n),
    question_id INTEGER NOT NULL REFERENCES questions (id),
    body TEXT NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (response_n, question_id)
) STRICT;

-- Responses that a release has seen but not yet counted, because too few of their unit waited.
CREATE TABLE waiting (
    n INTEGER NOT NULL PRIMARY KEY,
    unit_id INTEGER NOT NULL,
    day INTEGER NOT NULL
) STRICT;

-- Counts of released answers. procedure_id 0 means none; choice 0 means asked and left blank, -1 not applicable.
CREATE TABLE tallies_day (
    day INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    procedure_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    question_id INTEGER NOT NULL,
    choice INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, unit_id, procedure_id, channel, question_id, choice)
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies_month (
    month INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    question_id INTEGER NOT NULL,
    choice INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (month, unit_id, channel, question_id, choice)
) STRICT, WITHOUT ROWID;

-- Sums over respondents of the number of criteria answered (m) and of those at level 4 or 5 (s), per indicator,
-- closing questions left out: what the pooled index and its variance need.
CREATE TABLE moments_day (
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

CREATE TABLE moments_month (
    month INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    indicator TEXT NOT NULL,
    n INTEGER NOT NULL,
    s INTEGER NOT NULL,
    m INTEGER NOT NULL,
    ss INTEGER NOT NULL,
    sm INTEGER NOT NULL,
    mm INTEGER NOT NULL,
    PRIMARY KEY (month, unit_id, channel, indicator)
) STRICT, WITHOUT ROWID;

-- Case files per calendar month: the population of an estimate.
CREATE TABLE caseload (
    month INTEGER NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    procedure_id INTEGER NOT NULL REFERENCES procedures (id),
    channel TEXT NOT NULL,
    received INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    late INTEGER NOT NULL,
    PRIMARY KEY (month, unit_id, procedure_id, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE schools (
    unit_id INTEGER NOT NULL PRIMARY KEY REFERENCES units (id),
    level TEXT NOT NULL,
    area TEXT NOT NULL,
    enrolment INTEGER NOT NULL
) STRICT;

-- Thresholds in basis points. unit_id NULL holds for every unit.
CREATE TABLE targets (
    id INTEGER NOT NULL PRIMARY KEY,
    indicator TEXT NOT NULL,
    unit_id INTEGER REFERENCES units (id),
    threshold INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    source TEXT NOT NULL
) STRICT;
INSERT INTO targets (indicator, unit_id, threshold, valid_from, valid_to, source) VALUES
    ('procedures', NULL, 9000, 20210101, NULL, 'Kế hoạch cải cách hành chính của Sở, mục III.3.1'),
    ('service', NULL, 9000, 20210101, NULL, 'Kế hoạch cải cách hành chính của Sở, mục III.4.1'),
    ('education', NULL, 8500, 20210101, NULL, 'Kế hoạch cải cách hành chính của Sở, mục III.4.1'),
    ('papers_again', NULL, 8000, 20210101, NULL, 'Kế hoạch cải cách hành chính của Sở');
