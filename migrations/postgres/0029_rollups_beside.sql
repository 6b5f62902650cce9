-- A page reads hundreds of rows of rollups of one place, which lie far apart in the table, as releases wrote them: with the sums
-- in the index none of them is looked up there. For that the table has to be vacuumed sooner than by default.
ALTER TABLE rollups DROP CONSTRAINT rollups_pkey;
ALTER TABLE rollups ADD CONSTRAINT rollups_pkey PRIMARY KEY (level, what, time, one_id, two_id, channel, pile, block)
    INCLUDE (v1, v2, v3, v4, v5, v6, v7);
ALTER TABLE rollups SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
