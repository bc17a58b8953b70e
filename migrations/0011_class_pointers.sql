-- Class pointers: 16 partitions by manufacturer, and one registry that keeps every pointer unique across them.
-- A row can only hold the pointer that its key and path hash to. The registry's rows come from a trigger, so nothing
-- gets into a partition past it, by COPY neither.

CREATE TYPE pointer_status AS ENUM ('active', 'migrated', 'deprecated', 'compromised');

CREATE TABLE class_pointers (
    class_pointer bigint NOT NULL,
    manufacturer_pubkey text COLLATE "C" NOT NULL,
    path_to_pointer text COLLATE "C" NOT NULL,
    class_id uuid NOT NULL,
    status pointer_status NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz,
    verified_at timestamptz,
    CONSTRAINT pointer_is_hash CHECK (class_pointer = class_pointer_of(manufacturer_pubkey, path_to_pointer)),
    -- What is_path says, at an eighth of its price for numbers below 58^5, and at half of that where nearly all are
    -- short and the wallet has one digit: no segment is longer than a path's bytes less twice its dots.
    CONSTRAINT class_path CHECK (
        (octet_length(path_to_pointer) <= 28
            AND 2 * octet_length(replace(path_to_pointer, '.', '')) - octet_length(path_to_pointer) <= 5
            AND path_to_pointer >= '2' AND path_to_pointer < ':' AND path_to_pointer LIKE '_.%'
            AND path_to_pointer !~ '[^1-9A-HJ-NP-Za-km-z.]|\.(?:$|\.|1[^.])')
        OR (octet_length(path_to_pointer) <= 28 AND path_to_pointer
            ~ '^(?:[2-9]|[2-5][1-9])(?:\.(?:1|[2-9A-HJ-NP-Za-km-z][1-9A-HJ-NP-Za-km-z]{0,4}))+$')
        OR is_path(path_to_pointer, 2, 14, 92)
    )
) PARTITION BY HASH (manufacturer_pubkey);

-- Also the way to a pointer's row: its class is found here, its row by its class in the partition of its manufacturer.
CREATE TABLE global_class_pointer_registry (
    class_pointer bigint PRIMARY KEY,
    class_id uuid NOT NULL,
    manufacturer_number integer NOT NULL,
    shard_id smallint NOT NULL
);

DO $$
BEGIN
    FOR shard IN 0..15 LOOP
        EXECUTE format(
            'CREATE TABLE class_pointers_%1$s PARTITION OF class_pointers FOR VALUES WITH (MODULUS 16, REMAINDER %2$s)',
            lpad(shard::text, 2, '0'), shard);
    END LOOP;
END
$$;
-- with the pointer, as a class may have many
CREATE INDEX idx_pointer_class ON class_pointers (class_id, class_pointer);

-- A manufacturer's partition, noted when its key is, so that nobody has to ask 16 times.
CREATE FUNCTION shard_of(manufacturer_pubkey text) RETURNS smallint
LANGUAGE sql STABLE
RETURN (
    SELECT shard::smallint FROM generate_series(0, 15) AS shard
    WHERE satisfies_hash_partition('registry.class_pointers'::regclass, 16, shard, manufacturer_pubkey)
);
CREATE FUNCTION note_shard() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    NEW.shard_id := coalesce(shard_of(NEW.ed25519_public_key), 0);
    RETURN NEW;
END
$$;
CREATE TRIGGER shard BEFORE INSERT OR UPDATE OF ed25519_public_key ON manufacturer_registry
    FOR EACH ROW EXECUTE FUNCTION note_shard();

-- What COPY or INSERT added must be of an active manufacturer of an active wallet, below its prefix, for a class of its
-- organisation, and by somebody who may; then it goes into the registry, or nothing of the statement is kept.
CREATE FUNCTION register_pointers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    one record;
    sole record;
    makers integer := 0;
    expected bigint := 0;
    registered bigint;
    strange record;
BEGIN
    FOR one IN
        SELECT told.*, maker.number, maker.prefix, maker.shard_id, maker.organization_id,
            maker.status = 'active' AND wallet.status = 'active' AS is_open
        FROM (
            SELECT manufacturer_pubkey, count(*) AS count, min(path_to_pointer) AS first_path,
                max(path_to_pointer) AS last_path, sum(class_pointer) AS pointer_sum
            FROM added GROUP BY manufacturer_pubkey
        ) AS told
        LEFT JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = told.manufacturer_pubkey
        LEFT JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version
        ORDER BY maker.number
    LOOP
        IF one.organization_id IS NOT NULL THEN
            PERFORM require_organization_admin(one.organization_id);
        END IF;
        -- Paths are of characters from `.` on, so what is below a prefix lies from it to the one that ends in `/`.
        IF one.is_open IS NOT TRUE
            OR NOT (one.first_path = one.prefix OR starts_with(one.first_path, one.prefix || '.'))
            OR one.last_path >= one.prefix || '/' THEN
            PERFORM refuse_pointer(one.manufacturer_pubkey, path, NULL)
            FROM (VALUES (one.first_path), (one.last_path)) AS ends (path)
            WHERE unregistrable(one.manufacturer_pubkey, path, NULL) IS NOT NULL;
        END IF;
        sole := one;
        makers := makers + 1;
        expected := expected + one.count;
        INSERT INTO audit_trail (database_role, user_id, table_name, operation, after)
        VALUES (effective_role(), acting_user(), 'class_pointers', 'LOAD', jsonb_build_object(
            'manufacturer_pubkey', one.manufacturer_pubkey, 'count', one.count,
            'first_path', one.first_path, 'last_path', one.last_path, 'pointer_sum', one.pointer_sum
        ));
    END LOOP;
    IF makers = 0 THEN
        RETURN NULL;
    END IF;
    -- Planned anew each time: one row and a million want different plans. In the order of the index, which then
    -- grows from one end to the other.
    EXECUTE $sql$
        INSERT INTO global_class_pointer_registry (class_pointer, class_id, manufacturer_number, shard_id)
        SELECT added.class_pointer, added.class_id, maker.number, maker.shard_id
        FROM added
    $sql$ || CASE WHEN makers = 1 THEN format(
        'CROSS JOIN (SELECT %s AS number, %s::smallint AS shard_id, %L::uuid AS organization_id) AS maker',
        sole.number, sole.shard_id, sole.organization_id
    ) ELSE
        'JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = added.manufacturer_pubkey'
    END || $sql$
        JOIN object_classes AS class
            ON class.id = added.class_id AND class.manufacturer_organization_id = maker.organization_id
    $sql$ || CASE WHEN expected < 1000 THEN '' ELSE (
        -- of all classes, those that may be meant: files tend to be in the order in which classes were made
        SELECT format('AND class.id BETWEEN %L AND %L', first.class_id, last.class_id)
        FROM (SELECT class_id FROM added ORDER BY class_id LIMIT 1) AS first,
            (SELECT class_id FROM added ORDER BY class_id DESC LIMIT 1) AS last
    ) END || ' ORDER BY added.class_pointer';
    GET DIAGNOSTICS registered = ROW_COUNT;
    IF registered <> expected THEN
        SELECT added.* INTO strange
        FROM added
        JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = added.manufacturer_pubkey
        LEFT JOIN object_classes AS class
            ON class.id = added.class_id AND class.manufacturer_organization_id = maker.organization_id
        WHERE class.id IS NULL LIMIT 1;
        PERFORM refuse_pointer(strange.manufacturer_pubkey, strange.path_to_pointer, strange.class_id);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION refuse_pointer(pubkey text, path text, class uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'class %: %', path, unregistrable(pubkey, path, class)
        USING ERRCODE = 'PL009', HINT = 'unregistrable';
END
$$;

-- Why a class cannot be registered, for people; NULL where it can. Without a class it is not asked whose that is.
CREATE FUNCTION unregistrable(pubkey text, path text, class uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    maker manufacturer_registry;
    wallet_status text;
BEGIN
    SELECT * INTO maker FROM manufacturer_registry WHERE ed25519_public_key = pubkey;
    IF maker.id IS NULL THEN
        RETURN 'no manufacturer has the key ' || pubkey;
    END IF;
    SELECT status INTO wallet_status FROM wallet_versions WHERE version_id = maker.wallet_version;
    RETURN CASE
        WHEN NOT starts_with(path || '.', maker.prefix || '.') THEN 'it is not below ' || maker.prefix
        WHEN maker.status <> 'active' THEN 'manufacturer ' || maker.prefix || ' is ' || maker.status
        WHEN wallet_status <> 'active' THEN 'its wallet is ' || wallet_status
        WHEN class IS NOT NULL AND NOT EXISTS (
            SELECT FROM object_classes WHERE id = class AND manufacturer_organization_id = maker.organization_id
        ) THEN 'class ' || class || ' is none of ' || maker.manufacturer_name
    END;
END
$$;

-- Asked again when the transaction ends, of each note that register_pointers left: who closes a manufacturer or its
-- wallet waits for loads that are about to be made permanent, but not for those under way, and each of these finds out
-- before it is. Closing a wallet takes its manufacturers' rows, too: see guard_wallets.
CREATE FUNCTION require_still_open() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    pubkey CONSTANT text := NEW.after ->> 'manufacturer_pubkey';
    path CONSTANT text := NEW.after ->> 'first_path';
BEGIN
    PERFORM require_read_committed();
    PERFORM FROM manufacturer_registry WHERE ed25519_public_key = pubkey FOR SHARE;
    IF unregistrable(pubkey, path, NULL) IS NOT NULL THEN
        PERFORM refuse_pointer(pubkey, path, NULL);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER still_open AFTER INSERT ON audit_trail DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.operation = 'LOAD') EXECUTE FUNCTION require_still_open();

-- On each partition, too: who names one directly gets past the parent's. A load does, as COPY into a partitioned table
-- with such a trigger writes row by row.
CREATE TRIGGER register AFTER INSERT ON class_pointers REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION register_pointers();
DO $$
BEGIN
    FOR shard IN 0..15 LOOP
        EXECUTE format(
            'CREATE TRIGGER register AFTER INSERT ON class_pointers_%1$s REFERENCING NEW TABLE AS added
             FOR EACH STATEMENT EXECUTE FUNCTION register_pointers();
             CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON class_pointers_%1$s EXECUTE FUNCTION refuse_removal();
             GRANT INSERT ON class_pointers_%1$s TO plings_application', lpad(shard::text, 2, '0'));
    END LOOP;
END
$$;

-- Transfers change pointers by the million, so what can be asked once of all rows of a statement is not asked of each
-- (note_pointer_changes, below). What a row is stays; this is asked only where a statement names one of these columns.
CREATE TRIGGER fixed BEFORE UPDATE OF class_pointer, manufacturer_pubkey, path_to_pointer, class_id, created_at
ON class_pointers FOR EACH ROW EXECUTE FUNCTION refuse_changes(
    'class_pointer', 'manufacturer_pubkey', 'path_to_pointer', 'class_id', 'created_at'
);
-- A search path of its own would double what this takes.
CREATE FUNCTION stamp_pointer() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := pg_catalog.now();
    RETURN NEW;
END
$$;
CREATE TRIGGER stamp BEFORE UPDATE ON class_pointers FOR EACH ROW EXECUTE FUNCTION stamp_pointer();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON class_pointers EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON global_class_pointer_registry EXECUTE FUNCTION refuse_removal();

-- Registers one class. `added`, `there` (the very same is registered), or `collision`: another manufacturer's class or
-- another path has this pointer, nothing was registered, and an alert says so.
CREATE FUNCTION insert_class_pointer_with_global_check(pubkey text, path text, class uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    wanted CONSTANT bigint := class_pointer_of(pubkey, path);
BEGIN
    INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
    VALUES (wanted, pubkey, path, class);
    RETURN 'added';
EXCEPTION WHEN unique_violation THEN
    RETURN pointer_taken(wanted, pubkey, path, class);
END
$$;

CREATE FUNCTION pointer_taken(wanted bigint, pubkey text, path text, class uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    there record;
BEGIN
    SELECT known.class_id, maker.ed25519_public_key, maker.organization_id, pointers.path_to_pointer INTO there
    FROM global_class_pointer_registry AS known
    JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number
    LEFT JOIN class_pointers AS pointers ON pointers.manufacturer_pubkey = maker.ed25519_public_key
        AND pointers.class_id = known.class_id AND pointers.class_pointer = known.class_pointer
    WHERE known.class_pointer = wanted;
    IF there.ed25519_public_key = pubkey AND there.path_to_pointer = path THEN
        IF there.class_id = class THEN
            RETURN 'there';
        END IF;
        RAISE EXCEPTION '% is registered for another class', path USING ERRCODE = 'PL006', HINT = 'other_class';
    END IF;
    PERFORM note_collision(pubkey, path);
    RETURN 'collision';
END
$$;

-- Raises the alert that a class was refused as another has its pointer, unless no other has. Called again by whose
-- transaction was rolled back with the alert in it.
CREATE FUNCTION note_collision(pubkey text, path text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    wanted CONSTANT bigint := class_pointer_of(pubkey, path);
    organization CONSTANT uuid := (SELECT organization_id FROM manufacturer_registry WHERE ed25519_public_key = pubkey);
    there record;
BEGIN
    PERFORM require_organization_admin(organization);
    SELECT maker.ed25519_public_key, pointers.path_to_pointer INTO there
    FROM global_class_pointer_registry AS known
    JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number
    LEFT JOIN class_pointers AS pointers ON pointers.manufacturer_pubkey = maker.ed25519_public_key
        AND pointers.class_id = known.class_id AND pointers.class_pointer = known.class_pointer
    WHERE known.class_pointer = wanted;
    IF NOT FOUND OR (there.ed25519_public_key, there.path_to_pointer) IS NOT DISTINCT FROM (pubkey, path) THEN
        RETURN;
    END IF;
    PERFORM raise_alert(
        'CLASS_POINTER_COLLISION_PREVENTED', 'HIGH', 'Prevented class pointer collision during insert',
        jsonb_build_object(
            'attempted_pointer', pointer_text(wanted), 'attempting_manufacturer', pubkey, 'attempted_path', path,
            'existing_manufacturer', there.ed25519_public_key, 'existing_path', there.path_to_pointer
        ),
        pubkey || ':' || path, organization
    );
END
$$;

-- The background check that no pointer was ever given twice and that partitions and registry tell the same.
CREATE FUNCTION detect_class_pointer_collisions()
RETURNS TABLE (duplicate_pointer text, finding text, manufacturer_count integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, pg_temp
AS $$
    SELECT pointer_text(class_pointer), 'shared', count(DISTINCT manufacturer_pubkey)::integer
    FROM class_pointers WHERE class_pointer IN (
        -- of numbers alone: with the keys beside them they would be sorted, and not counted in a table of hashes
        SELECT class_pointer FROM class_pointers GROUP BY class_pointer HAVING count(*) > 1
    ) GROUP BY class_pointer
    UNION ALL
    SELECT pointer_text(class_pointer), 'not in the registry', 1 FROM class_pointers AS held
    WHERE NOT EXISTS (SELECT FROM global_class_pointer_registry AS known WHERE known.class_pointer = held.class_pointer)
    UNION ALL
    SELECT pointer_text(class_pointer), 'in no partition', 0 FROM global_class_pointer_registry AS known
    WHERE NOT EXISTS (SELECT FROM class_pointers AS held WHERE held.class_pointer = known.class_pointer)
    UNION ALL
    SELECT pointer_text(class_pointer), 'not its hash', 1 FROM class_pointers
    WHERE class_pointer <> class_pointer_of(manufacturer_pubkey, path_to_pointer)
$$;

-- An alert for each of the first thousand, and one that tells how many there are where there are more. In an order, so
-- that whoever asks again names the same ones.
CREATE FUNCTION alert_on_collisions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    most CONSTANT integer := 1000;
    one record;
    found integer := 0;
BEGIN
    PERFORM require_super_admin();
    FOR one IN SELECT * FROM detect_class_pointer_collisions() ORDER BY finding, duplicate_pointer COLLATE "C" LOOP
        found := found + 1;
        CONTINUE WHEN found > most;
        PERFORM raise_alert(
            'CLASS_POINTER_COLLISION', 'CRITICAL',
            CASE one.finding WHEN 'shared' THEN 'Class pointer held more than once'
                ELSE 'Class pointer ' || one.finding END,
            jsonb_build_object('class_pointer', one.duplicate_pointer, 'finding', one.finding,
                'manufacturer_count', one.manufacturer_count),
            one.finding || ':' || one.duplicate_pointer
        );
    END LOOP;
    IF found > most THEN
        PERFORM raise_alert(
            'CLASS_POINTER_COLLISION', 'CRITICAL',
            format('%s findings about class pointers: the first %s have an alert each', found, most),
            jsonb_build_object('findings', found, 'alerts', most), 'more than ' || most
        );
    END IF;
    RETURN found;
END
$$;

-- What a shop wants to know of a pointer, in one round trip. Public: it is what a code tells, and the product's page.
-- One statement for each partition, whose plan is kept: asked for all at once, each lookup would open sixteen.
DO $make$
DECLARE
    of_partitions text := '';
BEGIN
    FOR shard IN 0..15 LOOP
        of_partitions := of_partitions || format(
            'WHEN %s THEN SELECT held.status, held.path_to_pointer INTO pointer_status, path_to_pointer
             FROM class_pointers_%s AS held
             WHERE held.class_id = known_class AND held.class_pointer = wanted AND held.manufacturer_pubkey = known_key; ',
            shard, lpad(shard::text, 2, '0'));
    END LOOP;
    EXECUTE format($sql$
CREATE FUNCTION get_product_by_pointer(pointer text) RETURNS TABLE (
    class_pointer text, class_id uuid, name text, sku text, gtin text, category text, subcategory text,
    price_amount numeric, price_currency text, class_status text, pointer_status pointer_status, path_to_pointer text,
    manufacturer_name text, manufacturer_pubkey text, prefix text, manufacturer_status text, wallet_status text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
#variable_conflict use_column
DECLARE
    wanted CONSTANT bigint := pointer_from_text(pointer);
    shard smallint;
    known_class uuid;
    known_key text;
BEGIN
    SELECT known.shard_id, known.class_id, class.name, class.sku, class.gtin, class.category, class.subcategory,
        class.price_amount, class.price_currency, class.status, maker.manufacturer_name, maker.ed25519_public_key,
        maker.prefix, maker.status, wallet.status
    INTO shard, known_class, name, sku, gtin, category, subcategory, price_amount, price_currency, class_status,
        manufacturer_name, known_key, prefix, manufacturer_status, wallet_status
    FROM global_class_pointer_registry AS known
    JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number
    JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version
    JOIN object_classes AS class ON class.id = known.class_id
    WHERE known.class_pointer = wanted;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    CASE shard %s END CASE;
    IF FOUND THEN
        class_pointer := pointer;
        class_id := known_class;
        manufacturer_pubkey := known_key;
        RETURN NEXT;
    END IF;
END
$$ $sql$, of_partitions);
END
$make$;

-- What was done about collisions.
CREATE TABLE collision_resolutions (
    id uuid PRIMARY KEY DEFAULT new_id(),
    organization_id uuid NOT NULL REFERENCES organizations,
    manufacturer_pubkey text NOT NULL,
    original_path text NOT NULL,
    original_pointer bigint NOT NULL,
    resolved_path text NOT NULL,
    resolved_pointer bigint NOT NULL,
    resolved_by uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    resolved_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON collision_resolutions EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT ON collision_resolutions FOR EACH ROW EXECUTE FUNCTION note_change();

-- What caches of products authenticate their values with: whoever can write to the cache does not know it.
CREATE TABLE cache_secret (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    secret bytea NOT NULL DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
);
INSERT INTO cache_secret DEFAULT VALUES;

-- Tells caches, on the channel `plings_products`, which pointer's product is another now: its text, or `all` where it is
-- a manufacturer's or a wallet's, or many.
CREATE FUNCTION tell_products(changed bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
    pointer bigint;
BEGIN
    IF cardinality(changed) > 100 THEN
        PERFORM pg_notify('plings_products', 'all');
        RETURN;
    END IF;
    FOREACH pointer IN ARRAY changed LOOP
        PERFORM pg_notify('plings_products', pointer_text(pointer));
    END LOOP;
END
$$;

CREATE FUNCTION tell_changed_classes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM tell_products(ARRAY(
        SELECT class_pointer FROM class_pointers WHERE class_id IN (SELECT id FROM changed) LIMIT 101
    ));
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_products AFTER UPDATE ON object_classes REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tell_changed_classes();

-- Who may change pointers, and a note in the audit trail of each whose status is another. On each partition, too: who
-- names one directly gets past the parent's. Planned anew each time: a plan for one row would compare a transfer's
-- thousands each with each.
CREATE FUNCTION note_pointer_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    moved CONSTANT text := 'FROM former JOIN changed USING (class_pointer, manufacturer_pubkey, class_id)
        WHERE former.status <> changed.status';
    organization uuid;
    told bigint[];
BEGIN
    FOR organization IN
        SELECT DISTINCT maker.organization_id FROM (SELECT DISTINCT manufacturer_pubkey FROM former) AS one
        LEFT JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = one.manufacturer_pubkey
    LOOP
        PERFORM require_organization_admin(organization);
    END LOOP;
    EXECUTE 'INSERT INTO audit_trail (database_role, user_id, table_name, operation, before, after)
        SELECT $1, $2, ''class_pointers'', ''UPDATE'', to_jsonb(former), to_jsonb(changed) ' || moved
    USING effective_role(), named_user();
    EXECUTE 'SELECT array_agg(class_pointer) FROM (SELECT class_pointer ' || moved || ' LIMIT 101) AS moved' INTO told;
    PERFORM tell_products(coalesce(told, '{}'));
    RETURN NULL;
END
$$;
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT relid FROM pg_partition_tree('class_pointers') LOOP
        EXECUTE format('CREATE TRIGGER note AFTER UPDATE ON %s REFERENCING OLD TABLE AS former NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION note_pointer_changes()', one);
    END LOOP;
END
$$;

CREATE FUNCTION tell_all_products() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM pg_notify('plings_products', 'all');
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_products AFTER UPDATE ON manufacturer_registry FOR EACH ROW
    WHEN ((OLD.status, OLD.manufacturer_name) IS DISTINCT FROM (NEW.status, NEW.manufacturer_name))
    EXECUTE FUNCTION tell_all_products();
CREATE TRIGGER tell_products AFTER UPDATE ON wallet_versions FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION tell_all_products();
