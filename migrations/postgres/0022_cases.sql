-- Cases as systems of one-stop shops tell of them, so that each is counted once however often it is told.

-- case_mac is the keyed hash of its code; step is what last happened to it, first told on step_day; finished_month is
-- absent while it is not finished. seen_day is when it was last told of: what nobody tells of any more is forgotten.
CREATE TABLE cases (
    case_mac BYTEA NOT NULL PRIMARY KEY,
    unit_id BIGINT NOT NULL REFERENCES units (id),
    procedure_id BIGINT NOT NULL REFERENCES procedures (id),
    channel TEXT NOT NULL,
    received_month BIGINT NOT NULL,
    finished_month BIGINT,
    late BIGINT NOT NULL,
    step TEXT NOT NULL,
    step_day BIGINT NOT NULL,
    seen_day BIGINT NOT NULL
);

-- What these cases add up to; stands in caseload too, unless a file said something else.
CREATE TABLE case_counts (
    month BIGINT NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES units (id),
    procedure_id BIGINT NOT NULL REFERENCES procedures (id),
    channel TEXT NOT NULL,
    received BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    late BIGINT NOT NULL,
    PRIMARY KEY (month, unit_id, procedure_id, channel)
);

-- How another system calls the fields and words of a record, as JSON; without a row it is the documented shape.
CREATE TABLE mappings (
    name TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);
