-- What systems tell of cases stands in caseload only from the month on from which every case is told of, once the month is
-- over; fed is 1 there. What was copied before is taken out again.
ALTER TABLE caseload ADD COLUMN fed BIGINT NOT NULL DEFAULT 0;

-- record_day is the day of the record last told: handed over, else received. A case is unfinished again only by a newer
-- one. step_day is 0 while nothing else was told before; received_month is 0 of a case that was received too long ago to be
-- counted.
ALTER TABLE cases RENAME COLUMN seen_day TO record_day;

-- Raised whenever the caseload of figures changes.
INSERT INTO marks (name, n) VALUES ('caseload', 0);

DELETE FROM caseload
WHERE EXISTS (
    SELECT 1
    FROM case_counts AS k
    WHERE k.month = caseload.month AND k.unit_id = caseload.unit_id AND k.procedure_id = caseload.procedure_id
        AND k.channel = caseload.channel AND k.received = caseload.received AND k.finished = caseload.finished
        AND k.late = caseload.late
);

-- case_mac is from now on another hash than that of invitations. No row can be told which case it is of by the new one,
-- so cases are told of anew; what was finished more than 45 days ago is not counted again.
DELETE FROM cases;
DELETE FROM case_counts;
