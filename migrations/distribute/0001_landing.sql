-- Past one machine: the two tables that grow with every class pointer are distributed over the workers of a cluster.
-- See docs/sizes.md, and `plings registry distribute`. All files of this folder are one transaction.
--
-- A distributed table has no triggers, and no transition table can be joined to it. So what is new lands in a local
-- table first, whose triggers check it as they do on one machine, send it on in the same transaction, and empty it.
-- Nobody else sees a row there; it is not logged, since none outlives its transaction.

-- These are the coordinator's, and are not to be made on workers.
SET LOCAL citus.enable_ddl_propagation = off;

CREATE UNLOGGED TABLE class_pointers_landing (LIKE class_pointers INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
WITH (autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
CREATE UNLOGGED TABLE registered_landing (LIKE global_class_pointer_registry)
WITH (autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
-- What is on its way to another status: see transfer_pointers.
CREATE UNLOGGED TABLE class_pointers_moving (LIKE class_pointers);
GRANT SELECT, INSERT ON class_pointers_landing TO plings_application;
GRANT SELECT ON registered_landing, class_pointers_moving, distribute_migrations TO plings_application;

-- The same checks and the same notes in the audit trail as on one machine, word for word.
DO $$
DECLARE
    known CONSTANT text := pg_get_functiondef('register_pointers()'::regprocedure);
    landed CONSTANT text := replace(replace(known, 'register_pointers()', 'register_landed_pointers()'),
        'INSERT INTO global_class_pointer_registry ', 'INSERT INTO registered_landing ');
BEGIN
    IF strpos(landed, 'INSERT INTO registered_landing ') = 0 OR strpos(landed, 'global_class_pointer_registry') > 0 THEN
        RAISE EXCEPTION 'register_pointers() is not as this migration knows it';
    END IF;
    EXECUTE landed;
END
$$;

-- In the order of the pointers, as everybody does, so that nobody waits in a circle.
CREATE FUNCTION send_landed_pointers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO global_class_pointer_registry SELECT * FROM registered_landing ORDER BY class_pointer;
    INSERT INTO class_pointers SELECT * FROM class_pointers_landing;
    DELETE FROM registered_landing;
    DELETE FROM class_pointers_landing;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION register_landed_pointers(), send_landed_pointers() FROM PUBLIC;

-- They fire in the order of their names.
CREATE TRIGGER register AFTER INSERT ON class_pointers_landing REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION register_landed_pointers();
CREATE TRIGGER graph_insert AFTER INSERT ON class_pointers_landing REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_pointers_for_graph();
CREATE TRIGGER send AFTER INSERT ON class_pointers_landing
    FOR EACH STATEMENT EXECUTE FUNCTION send_landed_pointers();
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON class_pointers_landing EXECUTE FUNCTION refuse_removal();

CREATE OR REPLACE FUNCTION pointers_go_into(shard smallint) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN 'class_pointers_landing';
