-- aside: records that a tablet could not hand in and keeps, as it says itself.
ALTER TABLE kiosks ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;

CREATE INDEX kiosk_quarantine_of ON kiosk_quarantine (kiosk_id, received_at);

-- How the screen of a tablet stood when a response was given on it: portrait is 1, landscape 0. Apart from the response,
-- for it says nothing about what was answered.
CREATE TABLE kiosk_screens (
    n INTEGER NOT NULL PRIMARY KEY REFERENCES responses (n),
    portrait INTEGER NOT NULL
) STRICT;
