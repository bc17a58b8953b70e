-- From one wallet to another: allocations, words and class pointers move to the manufacturer's prefix there.

CREATE TABLE cross_wallet_verifications (
    id uuid PRIMARY KEY DEFAULT new_id(),
    source_wallet integer NOT NULL REFERENCES wallet_versions,
    target_wallet integer NOT NULL REFERENCES wallet_versions,
    path text COLLATE "C" NOT NULL CONSTRAINT verified_path CHECK (is_path(path, 2, 16, 96)),
    verification_result boolean NOT NULL,
    verified_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX cross_wallet_verifications_path ON cross_wallet_verifications (path);
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON cross_wallet_verifications EXECUTE FUNCTION refuse_removal();

-- Who comes from two wallets into one has a row for each.
ALTER TABLE manufacturer_lineage
    DROP CONSTRAINT unique_canonical_manufacturer,
    ADD CONSTRAINT unique_canonical_manufacturer
        UNIQUE NULLS NOT DISTINCT (canonical_name, current_wallet_version, predecessor_wallet);
CREATE INDEX idx_lineage_predecessor ON manufacturer_lineage (predecessor_wallet, predecessor_index);

-- A path below another prefix: its first two segments exchanged.
CREATE FUNCTION below_prefix(path text, prefix text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN prefix || substr(path, length(split_part(path, '.', 1)) + length(split_part(path, '.', 2)) + 2);

-- A transfer frees paths, so it must be one: what was held is held by the same organisation in another wallet.
CREATE FUNCTION check_transfer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM path_registry AS made
        WHERE made.id = NEW.transferred_to AND made.wallet_version = NEW.transferred_to_wallet
            AND made.wallet_version <> NEW.wallet_version AND made.organization_id = NEW.organization_id
            AND below_prefix(made.path, '') = below_prefix(NEW.path, '')
            AND (made.allocated_range_start, made.allocated_range_end)
                IS NOT DISTINCT FROM (NEW.allocated_range_start, NEW.allocated_range_end)
    ) THEN
        RAISE EXCEPTION '% is not held in wallet %', NEW.path, NEW.transferred_to_wallet
            USING ERRCODE = 'PL003', HINT = 'not_transferred';
    END IF;
    NEW.transferred_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER transfer BEFORE UPDATE ON path_registry FOR EACH ROW
    WHEN (NEW.status = 'transferred' AND OLD.status <> 'transferred') EXECUTE FUNCTION check_transfer();
CREATE TRIGGER transferred BEFORE UPDATE ON path_registry FOR EACH ROW WHEN (OLD.status = 'transferred')
    EXECUTE FUNCTION refuse_changes(
        'status', 'purpose', 'completed_at', 'transferred_to_wallet', 'transferred_at', 'transferred_to'
    );

-- Where a manufacturer stands in another wallet: as its lineage says, or else by its name. NULL where it does not.
CREATE FUNCTION find_successor(wallet integer, index integer, target_wallet integer) RETURNS manufacturer_registry
LANGUAGE sql STABLE SET search_path = registry, pg_temp
AS $$
    SELECT heir.* FROM manufacturer_registry AS maker
    JOIN manufacturer_registry AS heir
        ON heir.wallet_version = target_wallet AND heir.organization_id = maker.organization_id
    LEFT JOIN manufacturer_lineage AS lineage
        ON (lineage.predecessor_wallet, lineage.predecessor_index) = (wallet, index)
        AND (lineage.current_wallet_version, lineage.current_manufacturer_index)
            = (heir.wallet_version, heir.manufacturer_index)
    WHERE (maker.wallet_version, maker.manufacturer_index) = (wallet, index)
        AND (lineage.id IS NOT NULL OR lower(heir.manufacturer_name) = lower(maker.manufacturer_name))
    ORDER BY lineage.id IS NULL
    LIMIT 1
$$;

CREATE FUNCTION successor(wallet integer, index integer, target_wallet integer) RETURNS manufacturer_registry
LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
DECLARE
    heir manufacturer_registry := find_successor(wallet, index, target_wallet);
BEGIN
    IF heir.id IS NULL THEN
        RAISE EXCEPTION '%.% is not registered in wallet %', segment_text(wallet), segment_text(index), target_wallet
            USING ERRCODE = 'PL007', HINT = 'no_successor';
    END IF;
    RETURN heir;
END
$$;

-- Moves one allocation. What it held in its wallet is free then, and its like is held in the other. Again is no error.
CREATE FUNCTION transfer_allocation(allocation uuid, target_wallet integer) RETURNS path_registry
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
    old path_registry;
    made path_registry;
    heir manufacturer_registry;
BEGIN
    -- First the wallet, then the row, as everybody who transfers does: nobody waits in a circle.
    PERFORM line_up(target_wallet);
    SELECT * INTO old FROM path_registry WHERE id = allocation FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no allocation %', allocation USING ERRCODE = 'PL007', HINT = 'unknown_allocation';
    END IF;
    IF old.wallet_version = target_wallet THEN
        RAISE EXCEPTION '% is of wallet % already', old.path, target_wallet USING ERRCODE = 'PL006', HINT = 'same_wallet';
    END IF;
    IF old.status = 'transferred' AND old.transferred_to_wallet = target_wallet THEN
        SELECT * INTO made FROM path_registry WHERE id = old.transferred_to;
        RETURN made;
    END IF;
    IF old.status IN ('transferred', 'retired') THEN
        RAISE EXCEPTION '% is %', old.path, old.status USING ERRCODE = 'PL003', HINT = 'status';
    END IF;
    heir := successor(old.wallet_version, old.manufacturer_index, target_wallet);
    INSERT INTO path_registry (wallet_version, path, allocation_type, allocated_range_start, allocated_range_end, purpose)
    VALUES (target_wallet, below_prefix(old.path, heir.prefix), old.allocation_type,
        old.allocated_range_start, old.allocated_range_end, old.purpose)
    RETURNING * INTO made;
    UPDATE path_registry
    SET status = 'transferred', transferred_to_wallet = target_wallet, transferred_at = now(), transferred_to = made.id
    WHERE id = allocation;
    IF old.status = 'exhausted' THEN
        UPDATE path_registry SET status = 'exhausted', completed_at = old.completed_at WHERE id = made.id RETURNING * INTO made;
    END IF;
    RETURN made;
END
$$;

-- Opens the transfer of a manufacturer, or finds it open: registers it in the other wallet, notes where it came from,
-- closes it for new allocations here and copies its words. Without an index it keeps its own where that is free.
CREATE FUNCTION open_transfer(
    source_prefix text, target_wallet integer, wanted_index integer, public_key text, reason text
) RETURNS manufacturer_registry
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
    maker manufacturer_registry;
    heir manufacturer_registry;
BEGIN
    PERFORM require_super_admin();
    PERFORM line_up(target_wallet);
    SELECT * INTO maker FROM manufacturer_registry WHERE prefix = source_prefix FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no manufacturer %', source_prefix USING ERRCODE = 'PL007', HINT = 'unknown_manufacturer';
    END IF;
    IF maker.wallet_version = target_wallet THEN
        RAISE EXCEPTION '% is of wallet % already', source_prefix, target_wallet
            USING ERRCODE = 'PL006', HINT = 'same_wallet';
    END IF;
    IF NOT EXISTS (SELECT FROM wallet_versions WHERE version_id = target_wallet AND status = 'active') THEN
        RAISE EXCEPTION 'wallet % is not active', target_wallet USING ERRCODE = 'PL003', HINT = 'wallet_closed';
    END IF;
    heir := find_successor(maker.wallet_version, maker.manufacturer_index, target_wallet);
    IF maker.status IN ('suspended', 'retired') OR maker.status = 'transferred' AND heir.id IS NULL THEN
        RAISE EXCEPTION 'manufacturer % is %', source_prefix, maker.status
            USING ERRCODE = 'PL003', HINT = 'manufacturer_closed';
    END IF;
    IF heir.id IS NULL THEN
        heir := register_successor(maker, target_wallet, wanted_index, public_key);
    ELSIF wanted_index <> heir.manufacturer_index THEN
        RAISE EXCEPTION '% is % in wallet % already', maker.manufacturer_name, heir.prefix, target_wallet
            USING ERRCODE = 'PL006', HINT = 'other_index';
    ELSIF heir.ed25519_public_key IS NULL THEN
        UPDATE manufacturer_registry SET ed25519_public_key = public_key WHERE id = heir.id RETURNING * INTO heir;
    ELSIF heir.ed25519_public_key <> public_key THEN
        RAISE EXCEPTION '% has another key already', heir.prefix USING ERRCODE = 'PL006', HINT = 'other_key';
    END IF;
    INSERT INTO manufacturer_lineage (canonical_name, current_wallet_version, current_manufacturer_index,
        predecessor_wallet, predecessor_index, assignment_reason, status)
    VALUES (heir.manufacturer_name, target_wallet, heir.manufacturer_index,
        maker.wallet_version, maker.manufacturer_index, reason, 'in_progress')
    ON CONFLICT DO NOTHING;
    UPDATE manufacturer_registry SET status = 'transferring' WHERE id = maker.id AND status = 'active';
    PERFORM copy_words(maker, heir);
    RETURN heir;
END
$$;

CREATE FUNCTION register_successor(maker manufacturer_registry, target_wallet integer, wanted_index integer, public_key text)
RETURNS manufacturer_registry
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
    heir manufacturer_registry;
BEGIN
    INSERT INTO manufacturer_registry (
        wallet_version, manufacturer_index, manufacturer_name, organization_id, ed25519_public_key, transferred_from_wallet
    ) VALUES (
        target_wallet, coalesce(wanted_index, index_for(maker, target_wallet)), maker.manufacturer_name,
        maker.organization_id, public_key, maker.wallet_version
    ) RETURNING * INTO heir;
    RETURN heir;
END
$$;

-- The index that a manufacturer has or would get in another wallet: its own where that is free, else the next after
-- all of both wallets, so that it takes nobody's who comes later.
CREATE FUNCTION index_for(maker manufacturer_registry, target_wallet integer) RETURNS integer
LANGUAGE sql STABLE SET search_path = registry, pg_temp
AS $$
    SELECT coalesce(
        (find_successor(maker.wallet_version, maker.manufacturer_index, target_wallet)).manufacturer_index,
        CASE WHEN NOT EXISTS (
            SELECT FROM manufacturer_registry
            WHERE (wallet_version, manufacturer_index) = (target_wallet, maker.manufacturer_index)
        ) THEN maker.manufacturer_index END,
        (
            SELECT max(manufacturer_index) + 1 FROM manufacturer_registry
            WHERE wallet_version IN (target_wallet, maker.wallet_version)
        )
    )
$$;

CREATE FUNCTION copy_words(maker manufacturer_registry, heir manufacturer_registry) RETURNS void
LANGUAGE sql SET search_path = registry, pg_temp
AS $$
    INSERT INTO manufacturer_path_schemas (wallet_version, manufacturer_index, path_level, level_name,
        level_description, gs1_mapping, is_required, sort_order)
    SELECT heir.wallet_version, heir.manufacturer_index, path_level, level_name,
        level_description, gs1_mapping, is_required, sort_order
    FROM manufacturer_path_schemas
    WHERE (wallet_version, manufacturer_index) = (maker.wallet_version, maker.manufacturer_index)
    ON CONFLICT DO NOTHING;
    INSERT INTO path_level_values (wallet_version, manufacturer_index, path_level, level_value, value_name,
        value_description, gs1_code, sku_reference, is_active)
    SELECT heir.wallet_version, heir.manufacturer_index, path_level, level_value, value_name,
        value_description, gs1_code, sku_reference, is_active
    FROM path_level_values
    WHERE (wallet_version, manufacturer_index) = (maker.wallet_version, maker.manufacturer_index)
    ON CONFLICT DO NOTHING
$$;

-- Moves the next `most` live allocations of a manufacturer, in the order of their spans, from `after` on. One that
-- cannot be moved keeps none of the others: `refused` says why. It stops where the day's limit is reached.
CREATE FUNCTION transfer_allocations(source_prefix text, target_wallet integer, after bytea, most integer)
RETURNS TABLE (allocation uuid, held text, span_start bytea, refused text)
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM line_up(target_wallet);
    FOR allocation, held, span_start IN
        SELECT id, path, lower(span) FROM path_registry
        WHERE lower(span) > after AND lower(span) >= path_key(source_prefix)
            AND lower(span) < upper(allocated_span(source_prefix, NULL, NULL))
            AND status NOT IN ('transferred', 'retired')
        ORDER BY lower(span) LIMIT most
    LOOP
        refused := NULL;
        BEGIN
            PERFORM transfer_allocation(allocation, target_wallet);
        EXCEPTION
            WHEN exclusion_violation THEN refused := 'path_taken';
            WHEN check_violation OR SQLSTATE 'PL009' THEN refused := 'does_not_fit';
            WHEN SQLSTATE 'PL005' THEN refused := 'daily_limit';
        END;
        RETURN NEXT;
        EXIT WHEN refused = 'daily_limit';
    END LOOP;
END
$$;

-- Gives each active pointer of a manufacturer, of the classes after `first` up to `last`, its like under the new prefix
-- and key, and marks those that have one. What collides or does not fit stays active, and an alert says so.
CREATE FUNCTION transfer_pointers(
    maker manufacturer_registry, heir manufacturer_registry, old_status pointer_status, first uuid, last uuid
) RETURNS bigint
LANGUAGE plpgsql SET search_path = registry, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    moved bigint;
    stuck record;
BEGIN
    INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
    SELECT new_pointer, heir.ed25519_public_key, new_path, class_id
    FROM (
        SELECT class_id, below_prefix(path_to_pointer, heir.prefix) AS new_path,
            class_pointer_of(heir.ed25519_public_key, below_prefix(path_to_pointer, heir.prefix)) AS new_pointer
        FROM class_pointers
        WHERE manufacturer_pubkey = maker.ed25519_public_key AND status = 'active' AND class_id IN (
            SELECT id FROM object_classes
            WHERE manufacturer_organization_id = maker.organization_id AND id > first AND id <= last
        )
    ) AS moving
    WHERE is_path(new_path, 2, 14, 92)
        AND NOT EXISTS (SELECT FROM global_class_pointer_registry WHERE class_pointer = new_pointer);
    UPDATE class_pointers AS old SET status = old_status
    WHERE manufacturer_pubkey = maker.ed25519_public_key AND status = 'active' AND class_id IN (
            SELECT id FROM object_classes
            WHERE manufacturer_organization_id = maker.organization_id AND id > first AND id <= last
        )
        AND (EXISTS (
            SELECT FROM class_pointers AS new
            WHERE new.class_id = old.class_id AND new.manufacturer_pubkey = heir.ed25519_public_key
                AND new.path_to_pointer = below_prefix(old.path_to_pointer, heir.prefix)
        ) OR EXISTS (
            SELECT FROM collision_resolutions
            WHERE manufacturer_pubkey = heir.ed25519_public_key
                AND original_path = below_prefix(old.path_to_pointer, heir.prefix)
        ));
    GET DIAGNOSTICS moved = ROW_COUNT;
    FOR stuck IN
        SELECT class_id, below_prefix(path_to_pointer, heir.prefix) AS new_path FROM class_pointers
        WHERE manufacturer_pubkey = maker.ed25519_public_key AND status = 'active' AND class_id IN (
            SELECT id FROM object_classes
            WHERE manufacturer_organization_id = maker.organization_id AND id > first AND id <= last
        )
    LOOP
        PERFORM raise_alert(
            'CLASS_POINTER_COLLISION_PREVENTED', 'HIGH', 'A class pointer could not be transferred: its like is taken or too long',
            jsonb_build_object(
                'attempted_pointer', pointer_text(class_pointer_of(heir.ed25519_public_key, stuck.new_path)),
                'attempting_manufacturer', heir.ed25519_public_key, 'attempted_path', stuck.new_path,
                'class_id', stuck.class_id
            ),
            heir.ed25519_public_key || ':' || stuck.new_path, heir.organization_id
        );
    END LOOP;
    RETURN moved;
END
$$;

-- Whether what a wallet held at a path is held by the same organisation, in the same place, in another; noted.
CREATE FUNCTION verify_across_wallets(asked_path text, target_wallet integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    held boolean;
BEGIN
    PERFORM acting_user();
    PERFORM require_path(asked_path);
    WITH RECURSIVE way (id, wallet_version, organization_id, status, transferred_to) AS (
        SELECT id, wallet_version, organization_id, status, transferred_to FROM path_registry
        WHERE span @> path_key(asked_path) AND status = 'transferred'
        UNION
        SELECT next.id, next.wallet_version, next.organization_id, next.status, next.transferred_to
        FROM way JOIN path_registry AS next ON next.id = way.transferred_to AND next.organization_id = way.organization_id
    )
    SELECT EXISTS (
        SELECT FROM way WHERE wallet_version = target_wallet AND status NOT IN ('transferred', 'retired')
    ) INTO held;
    INSERT INTO cross_wallet_verifications (source_wallet, target_wallet, path, verification_result)
    VALUES (path_number(asked_path, 1), target_wallet, asked_path, held);
    PERFORM note_health(target_wallet, 1, CASE WHEN held THEN 0 ELSE 1 END, 0);
    RETURN held;
END
$$;
