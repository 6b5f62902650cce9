-- A file of a whole province is loaded by one statement, and a trigger for each of its rows changed the sum of a procedure once
-- for every unit: each change has to pass all the ones before it. Now each sum is changed once a statement, in the order of
-- the keys, as rows are given.
DROP TRIGGER caseload_summed ON caseload;
DROP FUNCTION caseload_sum();

CREATE FUNCTION caseload_sum() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO caseload_sums (month, unit_id, procedure_id, finished, late, rows)
        SELECT month, unit_id, 0, -SUM(finished), -SUM(late), -COUNT(*)
        FROM removed
        GROUP BY month, unit_id
        UNION ALL
        SELECT month, 0, procedure_id, -SUM(finished), -SUM(late), -COUNT(*)
        FROM removed
        GROUP BY month, procedure_id
        ORDER BY 1, 2, 3
        ON CONFLICT (month, unit_id, procedure_id) DO UPDATE SET
            finished = caseload_sums.finished + excluded.finished, late = caseload_sums.late + excluded.late,
            rows = caseload_sums.rows + excluded.rows;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO caseload_sums (month, unit_id, procedure_id, finished, late, rows)
        SELECT month, unit_id, 0, SUM(finished), SUM(late), COUNT(*)
        FROM added
        GROUP BY month, unit_id
        UNION ALL
        SELECT month, 0, procedure_id, SUM(finished), SUM(late), COUNT(*)
        FROM added
        GROUP BY month, procedure_id
        ORDER BY 1, 2, 3
        ON CONFLICT (month, unit_id, procedure_id) DO UPDATE SET
            finished = caseload_sums.finished + excluded.finished, late = caseload_sums.late + excluded.late,
            rows = caseload_sums.rows + excluded.rows;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER caseload_added AFTER INSERT ON caseload REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION caseload_sum();
CREATE TRIGGER caseload_changed AFTER UPDATE ON caseload REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION caseload_sum();
CREATE TRIGGER caseload_removed AFTER DELETE ON caseload REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION caseload_sum();
