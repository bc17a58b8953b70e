-- What of Citus the migration asks for, played by postgres_fdw: a table is partitioned by hash over the servers that
-- are named in `stand_in_workers`. Refuses what Citus refuses of a table that is to be distributed.

CREATE TABLE stand_in_workers (place integer PRIMARY KEY, conninfo text NOT NULL);
GRANT SELECT ON stand_in_workers TO plings_application;

CREATE FUNCTION citus_get_active_worker_nodes() RETURNS TABLE (node_name text, node_port bigint)
LANGUAGE sql AS $$ SELECT 'worker_' || place, 5432::bigint FROM registry.stand_in_workers $$;

CREATE FUNCTION run_command_on_workers(command text)
RETURNS TABLE (nodename text, nodeport integer, success boolean, result text)
LANGUAGE plpgsql AS $$
DECLARE
    worker record;
BEGIN
    FOR worker IN SELECT * FROM registry.stand_in_workers ORDER BY place LOOP
        nodename := 'worker_' || worker.place;
        nodeport := 5432;
        BEGIN
            result := public.dblink_exec(worker.conninfo, command);
            success := true;
        EXCEPTION WHEN OTHERS THEN
            result := SQLERRM;
            success := false;
        END;
        RETURN NEXT;
    END LOOP;
END
$$;

CREATE FUNCTION create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default', shard_count integer DEFAULT 32
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    name CONSTANT text := (SELECT relname FROM pg_class WHERE oid = table_name);
    columns CONSTANT text := (
        SELECT string_agg(format('%I %s%s%s', attname, format_type(atttypid, atttypmod),
            CASE WHEN attcollation <> 0 THEN format(' COLLATE pg_catalog.%I', collname) END,
            CASE WHEN attnotnull THEN ' NOT NULL' END), ', ' ORDER BY attnum)
        FROM pg_attribute LEFT JOIN pg_collation ON pg_collation.oid = attcollation
        WHERE attrelid = table_name AND attnum > 0 AND NOT attisdropped
    );
    enums CONSTANT text := (
        SELECT string_agg(DISTINCT format(
            'DO $f$ BEGIN CREATE TYPE registry.%I AS ENUM (%s); EXCEPTION WHEN duplicate_object THEN NULL; END $f$;',
            typname, (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
                FROM pg_enum WHERE enumtypid = pg_type.oid)), ' ')
        FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid WHERE attrelid = table_name AND typtype = 'e'
    );
    indexes CONSTANT text := (
        SELECT string_agg(pg_get_indexdef(indexrelid), '; ') FROM pg_index WHERE indrelid = table_name
    );
    workers CONSTANT integer := (SELECT count(*) FROM registry.stand_in_workers);
    worker record;
    is_filled boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', table_name) INTO is_filled;
    IF is_filled THEN
        RAISE EXCEPTION 'the stand-in takes empty tables only';
    END IF;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = table_name) THEN
        RAISE EXCEPTION 'cannot distribute relation "%": it has triggers', name;
    END IF;
    IF EXISTS (
        SELECT FROM pg_index WHERE indrelid = table_name AND indisunique AND NOT EXISTS (
            SELECT FROM pg_attribute
            WHERE attrelid = table_name AND attnum = ANY (indkey) AND attname = distribution_column
        )
    ) THEN
        RAISE EXCEPTION 'cannot create constraint on "%": it is to include the distribution column', name;
    END IF;
    EXECUTE format('DROP TABLE %s', table_name);
    EXECUTE format('CREATE TABLE registry.%I (%s) PARTITION BY HASH (%I)', name, columns, distribution_column);
    FOR worker IN SELECT * FROM registry.stand_in_workers ORDER BY place LOOP
        -- at once, and not taken back with our transaction: hence the DROP
        PERFORM public.dblink_exec(worker.conninfo, format(
            'SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS registry;
             GRANT USAGE ON SCHEMA registry TO plings_application; SET search_path = registry; %s
             DROP TABLE IF EXISTS registry.%I; CREATE TABLE registry.%I (%s); %s;
             GRANT SELECT ON registry.%I TO plings_application',
            enums, name, name, columns, indexes, name));
        EXECUTE format(
            'CREATE FOREIGN TABLE registry.%I PARTITION OF registry.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s)
             SERVER worker_%s OPTIONS (schema_name ''registry'', table_name %L)',
            name || '_' || worker.place, name, workers, worker.place, worker.place, name);
    END LOOP;
END
$$;
