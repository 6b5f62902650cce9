-- What needs attention: found by a rule about a unit (0 for all of them) and a subject within it (an indicator, a kiosk, a
-- month); detail holds the numbers of its sentence as JSON. Open until closed_at.
CREATE TABLE alerts (
    id INTEGER NOT NULL PRIMARY KEY,
    rule TEXT NOT NULL,
    unit_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX alerts_open ON alerts (rule, unit_id, subject) WHERE closed_at IS NULL;

-- Until when a person does not want to hear of one.
CREATE TABLE alert_mutes (
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    until INTEGER NOT NULL,
    PRIMARY KEY (alert_id, account_id)
) STRICT;

-- Who wants mail, at which address. digest_day is the local day of the last digest, urgent_at the instant of the last
-- message that was sent at once.
CREATE TABLE mail_wishes (
    account_id INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id),
    address TEXT NOT NULL,
    digest_day INTEGER NOT NULL,
    urgent_at INTEGER NOT NULL
) STRICT;

-- Which alert a person was written of: none is written of twice.
CREATE TABLE alerts_told (
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (alert_id, account_id)
) STRICT;

-- What is to be handed out: kind mail to an account, or hook to an address of the settings. id is the same at every try.
-- Whoever takes one in hand moves next_at on first, so that no two processes hand it out at once. state is waiting, done or
-- given_up.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_next ON outbox (state, next_at);

-- How each try ended.
CREATE TABLE deliveries (
    outbox_id TEXT NOT NULL REFERENCES outbox (id),
    try INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (outbox_id, try)
) STRICT;

-- When what needs attention was last looked for, in unix ms.
INSERT INTO marks (name, n) VALUES ('alerted_at', 0);
