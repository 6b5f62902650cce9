-- Files of a unit over all procedures (procedure_id 0) and of a procedure over all units (unit_id 0), by month, all
-- channels together; rows is how many rows of caseload they are the sum of. Kept by the trigger below: a page of all
-- units reads no single row of caseload.
CREATE TABLE caseload_sums (
    month BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    procedure_id BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    late BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    PRIMARY KEY (month, unit_id, procedure_id)
);

INSERT INTO caseload_sums (month, unit_id, procedure_id, finished, late, rows)
SELECT month, unit_id, 0, CAST(SUM(finished) AS BIGINT), CAST(SUM(late) AS BIGINT), COUNT(*)
FROM caseload
GROUP BY month, unit_id
UNION ALL
SELECT month, 0, procedure_id, CAST(SUM(finished) AS BIGINT), CAST(SUM(late) AS BIGINT), COUNT(*)
FROM caseload
GROUP BY month, procedure_id;

CREATE FUNCTION caseload_sum() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE caseload_sums SET finished = finished - OLD.finished, late = late - OLD.late, rows = rows - 1
        WHERE month = OLD.month
            AND ((unit_id = OLD.unit_id AND procedure_id = 0) OR (unit_id = 0 AND procedure_id = OLD.procedure_id));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO caseload_sums (month, unit_id, procedure_id, finished, late, rows)
        VALUES (NEW.month, 0, NEW.procedure_id, NEW.finished, NEW.late, 1), (NEW.month, NEW.unit_id, 0, NEW.finished, NEW.late, 1)
        ON CONFLICT (month, unit_id, procedure_id) DO UPDATE SET
            finished = caseload_sums.finished + excluded.finished, late = caseload_sums.late + excluded.late,
            rows = caseload_sums.rows + 1;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER caseload_summed AFTER INSERT OR UPDATE OR DELETE ON caseload
    FOR EACH ROW EXECUTE FUNCTION caseload_sum();
