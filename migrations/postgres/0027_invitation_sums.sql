-- Invitations by the month in which they were issued (yyyymm), of units (level 1) and of procedures (level 2, id 0 for none),
-- of all days up to the mark below; valid are those that were not revoked. A day is summed by night once none of its
-- invitations can be answered any more; what changes later, such as an answer that waited on a tablet, the trigger adds.
-- Whoever sums a day keeps all others from writing invitations meanwhile, so that the trigger misses nothing.
CREATE TABLE invitation_sums (
    level BIGINT NOT NULL,
    month BIGINT NOT NULL,
    id BIGINT NOT NULL,
    valid BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    PRIMARY KEY (level, month, id)
);

-- invited_through: the last local day that is summed, yyyymmdd; 0 when none is.
INSERT INTO marks (name, n) VALUES ('invited_through', 0);

CREATE FUNCTION invitation_sum() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    more_valid BIGINT := (NEW.used <> 3)::INT;
    more_answered BIGINT := (NEW.used IN (1, 2))::INT;
BEGIN
    IF NEW.issued_day <= (SELECT n FROM marks WHERE name = 'invited_through') THEN
        IF TG_OP = 'UPDATE' THEN
            more_valid := more_valid - (OLD.used <> 3)::INT;
            more_answered := more_answered - (OLD.used IN (1, 2))::INT;
        END IF;
        INSERT INTO invitation_sums (level, month, id, valid, answered)
        VALUES (1, NEW.issued_day / 100, NEW.unit_id, more_valid, more_answered),
            (2, NEW.issued_day / 100, COALESCE(NEW.procedure_id, 0), more_valid, more_answered)
        ON CONFLICT (level, month, id) DO UPDATE SET
            valid = invitation_sums.valid + excluded.valid, answered = invitation_sums.answered + excluded.answered;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER invitation_summed AFTER INSERT OR UPDATE OF used ON invitations
    FOR EACH ROW EXECUTE FUNCTION invitation_sum();
