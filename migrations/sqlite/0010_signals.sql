-- Signals of a unit and month that ask the inspector to look; no figure depends on them.

-- hasty is 1 when the form was sent less than two seconds after its page was made; when that was is not kept.
ALTER TABLE traces ADD COLUMN hasty INTEGER NOT NULL DEFAULT 0;

-- How many answers had a mark of their address on a day and how many marks those were, over the whole service: what one
-- mark usually sends is learnt from it when the marks themselves are long gone.
CREATE TABLE mark_days (
    day INTEGER NOT NULL PRIMARY KEY,
    responses INTEGER NOT NULL,
    marks INTEGER NOT NULL
) STRICT;

-- Of a unit's marks of a day only this is kept: how likely it was that one of them sent as many answers as it did.
CREATE TABLE mark_signals (
    day INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    p_value REAL NOT NULL,
    PRIMARY KEY (day, unit_id)
) STRICT, WITHOUT ROWID;

-- Every test that could be made of a unit and month (yyyymm); made anew each night while the month may still change.
-- seen and total are what the test looked at, in its own sense; none where marks are gone.
CREATE TABLE signals (
    month INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    signal TEXT NOT NULL,
    p_value REAL NOT NULL,
    seen INTEGER,
    total INTEGER,
    PRIMARY KEY (month, unit_id, signal)
) STRICT, WITHOUT ROWID;
