-- The graph: what is waiting to get into it, and the graph itself where it is tables of this database.
-- See docs/decisions/0016-graph.md.

CREATE TYPE graph_label AS ENUM ('ManufacturerKey', 'ObjectClass', 'ClassPointer', 'ObjectInstance');
CREATE TYPE graph_relation AS ENUM ('SUBCLASS_OF', 'INSTANCE_OF_CLASS', 'POINTS_TO', 'VERIFIED_BY');

-- Names the rows that changed, not how: who carries an entry into the graph reads the rows as they are then. Entries
-- are removed once the graph has them, so there is no position behind which a late commit could be overlooked.
CREATE TABLE graph_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    label graph_label NOT NULL,
    -- ids, or manufacturers' keys; class pointers are in `pointers`, as there can be millions of them
    keys text[],
    pointers bigint[],
    key_count integer NOT NULL,
    -- of pointers: objects that somebody saw before they were registered are touched, too
    is_new boolean NOT NULL DEFAULT false,
    CONSTRAINT outbox_names
        CHECK ((pointers IS NOT NULL) = (label = 'ClassPointer') AND (keys IS NULL) = (label = 'ClassPointer'))
);
-- Hashes do not compress.
ALTER TABLE graph_outbox ALTER COLUMN pointers SET STORAGE EXTERNAL;

-- Which graph the entries go to, and how much of what it has was taken off them.
CREATE TABLE graph_feed (
    only_one boolean PRIMARY KEY DEFAULT true CONSTRAINT one_graph CHECK (only_one),
    graph_id uuid NOT NULL,
    confirmed_version bigint NOT NULL DEFAULT 0
);

-- The number of transactions that a snapshot knows the end of: a later snapshot has a greater number or knows the same,
-- whatever the order in which transactions began. To be asked before the own transaction writes anything.
CREATE FUNCTION snapshot_version() RETURNS bigint
LANGUAGE sql STABLE
RETURN pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    - (SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()));

CREATE FUNCTION note_for_graph(changed_label graph_label, changed_keys text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = registry, pg_temp
BEGIN ATOMIC
    INSERT INTO graph_outbox (label, keys, key_count)
    SELECT changed_label, changed_keys, cardinality(changed_keys) WHERE cardinality(changed_keys) > 0;
END;

-- Large loads are noted in parts of some thousand, so that none has to be read as a whole.
CREATE FUNCTION outbox_parts(row_count bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN row_count <= 8000 THEN 1 ELSE (1 << ceil(log(2, row_count / 4000.0))::integer)::bigint END;

CREATE FUNCTION note_pointers_for_graph() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    mask bigint := outbox_parts((SELECT count(*) FROM added)) - 1;
BEGIN
    INSERT INTO graph_outbox (label, pointers, key_count, is_new)
    SELECT 'ClassPointer', array_agg(class_pointer), count(*), true FROM added GROUP BY class_pointer & mask;
    RETURN NULL;
END
$$;

-- That a shop verified a pointer is nothing that the graph holds.
CREATE FUNCTION note_pointer_statuses_for_graph() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    mask bigint := outbox_parts((SELECT count(*) FROM added)) - 1;
BEGIN
    -- planned anew each time, as in note_pointer_changes
    EXECUTE 'INSERT INTO graph_outbox (label, pointers, key_count)
        SELECT ''ClassPointer'', array_agg(class_pointer), count(*)
        FROM added JOIN removed USING (class_pointer) WHERE added.status <> removed.status
        GROUP BY class_pointer & $1' USING mask;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_rows_for_graph() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    mask bigint := outbox_parts((SELECT count(*) FROM added)) - 1;
BEGIN
    INSERT INTO graph_outbox (label, keys, key_count)
    SELECT TG_ARGV[0]::graph_label, array_agg(id::text), count(*) FROM added GROUP BY uuid_hash(id) & mask;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_keys_for_graph() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO graph_outbox (label, keys, key_count)
    SELECT 'ManufacturerKey', array_agg(ed25519_public_key), count(*) FROM added WHERE ed25519_public_key IS NOT NULL
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT table_name, event, note, '' AS old_rows
        FROM (VALUES ('object_classes', 'note_rows_for_graph(''ObjectClass'')'),
            ('object_instances', 'note_rows_for_graph(''ObjectInstance'')'),
            ('manufacturer_registry', 'note_keys_for_graph()')) AS of_rows (table_name, note),
            unnest(ARRAY['insert', 'update']) AS event
        -- and on each partition: who names one directly gets past the parent's
        UNION ALL SELECT relid::regclass::text, event, note, old_rows
        FROM pg_partition_tree('class_pointers'),
            (VALUES ('insert', 'note_pointers_for_graph()', ''),
                ('update', 'note_pointer_statuses_for_graph()', 'OLD TABLE AS removed')
            ) AS of_pointers (event, note, old_rows)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER graph_%1$s AFTER %1$s ON %2$s REFERENCING NEW TABLE AS added %3$s
             FOR EACH STATEMENT EXECUTE FUNCTION %4$s', one.event, one.table_name, one.old_rows, one.note);
    END LOOP;
END
$$;

-- Who owns an object that the chain knows: nobody tells this database yet. Who does replaces the view, and notes the
-- instances whose owner changed by `note_for_graph`.
CREATE VIEW graph_owners AS SELECT NULL::uuid AS instance_id, NULL::text AS owner WHERE false;

-- The graph as tables. A node and the relations that lead from it are written as one, at the node's version.
CREATE TABLE graph_nodes (
    label graph_label NOT NULL,
    key text COLLATE "C" NOT NULL CONSTRAINT node_key CHECK (key <> ''),
    version bigint NOT NULL,
    properties jsonb NOT NULL,
    PRIMARY KEY (label, key)
);
CREATE INDEX graph_instances_of_pointer ON graph_nodes ((properties ->> 'class_pointer'), key)
    WHERE label = 'ObjectInstance';

CREATE TABLE graph_relations (
    kind graph_relation NOT NULL,
    source text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (kind, source, target)
);
CREATE INDEX graph_relations_backwards ON graph_relations (kind, target, source);

CREATE TABLE graph_state (
    only_one boolean PRIMARY KEY DEFAULT true CONSTRAINT one_state CHECK (only_one),
    graph_id uuid NOT NULL,
    version bigint NOT NULL,
    is_complete boolean NOT NULL
);

-- This graph is the one that is fed, unless `plings graph rebuild` makes another. What is there already goes to it.
WITH feed AS (INSERT INTO graph_feed (graph_id) VALUES (new_id()) RETURNING graph_id)
INSERT INTO graph_state (graph_id, version, is_complete) SELECT graph_id, 0, true FROM feed;
INSERT INTO graph_outbox (label, keys, key_count)
SELECT 'ManufacturerKey', array_agg(ed25519_public_key), count(*) FROM manufacturer_registry
WHERE ed25519_public_key IS NOT NULL HAVING count(*) > 0;
INSERT INTO graph_outbox (label, keys, key_count)
SELECT 'ObjectClass', array_agg(id::text), count(*) FROM object_classes
GROUP BY uuid_hash(id) & (SELECT outbox_parts(count(*)) - 1 FROM object_classes);
INSERT INTO graph_outbox (label, pointers, key_count)
SELECT 'ClassPointer', array_agg(class_pointer), count(*) FROM class_pointers
GROUP BY class_pointer & (SELECT outbox_parts(count(*)) - 1 FROM class_pointers);
INSERT INTO graph_outbox (label, keys, key_count)
SELECT 'ObjectInstance', array_agg(id::text), count(*) FROM object_instances
GROUP BY uuid_hash(id) & (SELECT outbox_parts(count(*)) - 1 FROM object_instances);

REVOKE EXECUTE ON FUNCTION
    snapshot_version(), note_for_graph(graph_label, text[]), outbox_parts(bigint), note_pointers_for_graph(),
    note_pointer_statuses_for_graph(), note_rows_for_graph(), note_keys_for_graph()
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION snapshot_version(), note_for_graph(graph_label, text[]) TO plings_application;
GRANT SELECT ON graph_owners TO plings_application;
GRANT SELECT, DELETE ON graph_outbox TO plings_application;
GRANT SELECT, UPDATE ON graph_feed, graph_state TO plings_application;
GRANT SELECT, INSERT, UPDATE, DELETE ON graph_nodes, graph_relations TO plings_application;
