-- The tables themselves, with every row that is there. Everybody else waits meanwhile, or this does not begin.

LOCK TABLE class_pointers, global_class_pointer_registry IN ACCESS EXCLUSIVE MODE;

-- These knew the partitions, of which there are none any more: the cluster knows where a row is.
DROP VIEW class_pointers_as_text;
CREATE OR REPLACE FUNCTION shard_of(manufacturer_pubkey text) RETURNS smallint
LANGUAGE sql STABLE
RETURN 0::smallint;

ALTER TABLE class_pointers RENAME TO class_pointers_before;
ALTER INDEX idx_pointer_class RENAME TO idx_pointer_class_before;
ALTER TABLE global_class_pointer_registry RENAME TO global_class_pointer_registry_before;
ALTER INDEX global_class_pointer_registry_pkey RENAME TO global_class_pointer_registry_before_pkey;

CREATE TABLE class_pointers (LIKE class_pointers_before);
CREATE INDEX idx_pointer_class ON class_pointers (class_id, class_pointer);
-- Its key is what it is distributed by: that alone keeps a pointer unique over all workers.
CREATE TABLE global_class_pointer_registry (LIKE global_class_pointer_registry_before, PRIMARY KEY (class_pointer));

SET LOCAL citus.enable_ddl_propagation = on;
-- one connection to each worker: the tables are made in the transaction that fills them
SET LOCAL citus.multi_shard_modify_mode = 'sequential';
SELECT create_distributed_table('class_pointers', 'manufacturer_pubkey', colocate_with => 'none', shard_count => 16);
SELECT create_distributed_table('global_class_pointer_registry', 'class_pointer', colocate_with => 'none', shard_count => 16);
GRANT SELECT ON class_pointers, global_class_pointer_registry TO plings_application;

INSERT INTO global_class_pointer_registry SELECT * FROM global_class_pointer_registry_before;
INSERT INTO class_pointers SELECT * FROM class_pointers_before;

DO $$
DECLARE
    before record;
    after record;
BEGIN
    SELECT count(*) AS held, sum(class_pointer::numeric) AS pointer_sum INTO before FROM class_pointers_before;
    SELECT count(*) AS held, sum(class_pointer::numeric) AS pointer_sum INTO after FROM class_pointers;
    IF before IS DISTINCT FROM after THEN
        RAISE EXCEPTION '% class pointers are not the % that were there', after.held, before.held;
    END IF;
    SELECT count(*) AS held, sum(class_pointer::numeric) AS pointer_sum INTO before
    FROM global_class_pointer_registry_before;
    SELECT count(*) AS held, sum(class_pointer::numeric) AS pointer_sum INTO after FROM global_class_pointer_registry;
    IF before IS DISTINCT FROM after THEN
        RAISE EXCEPTION '% registered pointers are not the % that were there', after.held, before.held;
    END IF;
END
$$;
DROP TABLE class_pointers_before, global_class_pointer_registry_before;
SET LOCAL citus.enable_ddl_propagation = off;
