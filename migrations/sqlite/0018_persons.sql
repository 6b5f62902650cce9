-- rollups has nine more levels: 8, 9, 10 are all units, a unit and a procedure of those who rated low (1 and 2), 11, 12, 13 of
-- those who rated high (4 and 5): how they answered every other question. 14, 15, 16 are those who answered a closing
-- question (what) and every factor of its form: block 1000 j + x counts persons at overall level 1 to 5 of whom factor j has
-- sum x over its questions; blocks -1, -2 hold the sums of products of each two factors, seven a block. They have rows of
-- months and years, of pile 0, without channel.
--
-- Only whole persons tell these sums, so that they are counted anew from the released answers once, when the program starts.
-- recount: 1 while that is still to be done.
INSERT INTO marks (name, n)
SELECT 'recount', CASE WHEN EXISTS (SELECT 1 FROM responses) THEN 1 ELSE 0 END;

-- How many of the invitations of some months were answered is read from this alone.
CREATE INDEX invitations_issued ON invitations (issued_day, unit_id, procedure_id, used, expires_at);
