-- Files of a unit over all procedures (procedure_id 0) and of a procedure over all units (unit_id 0), by month, all
-- channels together; rows is how many rows of caseload they are the sum of. Kept by the triggers below: a page of all
-- units reads no single row of caseload.
CREATE TABLE caseload_sums (
    month INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    procedure_id INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    late INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (month, unit_id, procedure_id)
) STRICT, WITHOUT ROWID;

INSERT INTO caseload_sums (month, unit_id, procedure_id, finished, late, rows)
SELECT month, unit_id, 0, CAST(SUM(finished) AS INTEGER), CAST(SUM(late) AS INTEGER), CAST(COUNT(*) AS INTEGER)
FROM caseload
GROUP BY month, unit_id
UNION ALL
SELECT month, 0, procedure_id, CAST(SUM(finished) AS INTEGER), CAST(SUM(late) AS INTEGER), CAST(COUNT(*) AS INTEGER)
FROM caseload
GROUP BY month, procedure_id;

CREATE TRIGGER caseload_summed AFTER INSERT ON caseload BEGIN
    INSERT INTO caseload_sums (month, unit_id, procedure_id, finished, late, rows)
    VALUES (new.month, new.unit_id, 0, new.finished, new.late, 1), (new.month, 0, new.procedure_id, new.finished, new.late, 1)
    ON CONFLICT (month, unit_id, procedure_id) DO UPDATE SET
        finished = caseload_sums.finished + excluded.finished, late = caseload_sums.late + excluded.late,
        rows = caseload_sums.rows + 1;
END;

CREATE TRIGGER caseload_summed_again AFTER UPDATE ON caseload BEGIN
    UPDATE caseload_sums SET finished = finished - old.finished + new.finished, late = late - old.late + new.late
    WHERE month = new.month
        AND ((unit_id = new.unit_id AND procedure_id = 0) OR (unit_id = 0 AND procedure_id = new.procedure_id));
END;

CREATE TRIGGER caseload_taken_off AFTER DELETE ON caseload BEGIN
    UPDATE caseload_sums SET finished = finished - old.finished, late = late - old.late, rows = rows - 1
    WHERE month = old.month
        AND ((unit_id = old.unit_id AND procedure_id = 0) OR (unit_id = 0 AND procedure_id = old.procedure_id));
END;
