-- Invitations by the month in which they were issued (yyyymm), of units (level 1) and of procedures (level 2, id 0 for none),
-- of all days up to the mark below; valid are those that were not revoked. A day is summed by night once none of its
-- invitations can be answered any more; what changes later, such as an answer that waited on a tablet, the triggers add.
CREATE TABLE invitation_sums (
    level INTEGER NOT NULL,
    month INTEGER NOT NULL,
    id INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    PRIMARY KEY (level, month, id)
) STRICT, WITHOUT ROWID;

-- invited_through: the last local day that is summed, yyyymmdd; 0 when none is.
INSERT INTO marks (name, n) VALUES ('invited_through', 0);

CREATE TRIGGER invitation_summed AFTER INSERT ON invitations
WHEN new.issued_day <= (SELECT n FROM marks WHERE name = 'invited_through') BEGIN
    INSERT INTO invitation_sums (level, month, id, valid, answered)
    VALUES (1, new.issued_day / 100, new.unit_id, new.used <> 3, new.used IN (1, 2)),
        (2, new.issued_day / 100, COALESCE(new.procedure_id, 0), new.used <> 3, new.used IN (1, 2))
    ON CONFLICT (level, month, id) DO UPDATE SET
        valid = invitation_sums.valid + excluded.valid, answered = invitation_sums.answered + excluded.answered;
END;

CREATE TRIGGER invitation_summed_again AFTER UPDATE OF used ON invitations
WHEN new.issued_day <= (SELECT n FROM marks WHERE name = 'invited_through') BEGIN
    UPDATE invitation_sums
    SET valid = valid + (new.used <> 3) - (old.used <> 3),
        answered = answered + (new.used IN (1, 2)) - (old.used IN (1, 2))
    WHERE month = new.issued_day / 100
        AND ((level = 1 AND id = new.unit_id) OR (level = 2 AND id = COALESCE(new.procedure_id, 0)));
END;
