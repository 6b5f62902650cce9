-- Cases as systems of one-stop shops tell of them, so that each is counted once however often it is told.

-- case_mac is the keyed hash of its code; step is what last happened to it, first told on step_day; finished_month is
-- absent while it is not finished. seen_day is when it was last told of: what nobody tells of any more is forgotten.
CREATE TABLE cases (
    case_mac BLOB NOT NULL PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    procedure_id INTEGER NOT NULL REFERENCES procedures (id),
    channel TEXT NOT NULL,
    received_month INTEGER NOT NULL,
    finished_month INTEGER,
    late INTEGER NOT NULL,
    step TEXT NOT NULL,
    step_day INTEGER NOT NULL,
    seen_day INTEGER NOT NULL
) STRICT;

-- What these cases add up to; stands in caseload too, unless a file said something else.
CREATE TABLE case_counts (
    month INTEGER NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units (id),
    procedure_id INTEGER NOT NULL REFERENCES procedures (id),
    channel TEXT NOT NULL,
    received INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    late INTEGER NOT NULL,
    PRIMARY KEY (month, unit_id, procedure_id, channel)
) STRICT;

-- How another system calls the fields and words of a record, as JSON; without a row it is the documented shape.
CREATE TABLE mappings (
    name TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;
