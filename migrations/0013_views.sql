-- What people ask for, and the way out of a collision. Each view shows a role what that role may see.

CREATE VIEW class_pointers_as_text WITH (security_barrier = true) AS
SELECT
    pointer_text(class_pointer) AS class_pointer, class_id, maker.wallet_version, manufacturer_pubkey, path_to_pointer,
    manufacturer_pubkey || ':' || path_to_pointer AS hash_input, verified_at, created_at, updated_at,
    pointers.status::text AS status, path_to_pointer || '.2.2' AS full_path_example,
    path_to_pointer AS parsed_path_to_pointer, maker.wallet_version AS parsed_wallet_version,
    maker.manufacturer_index AS parsed_manufacturer_id, class_pointer AS class_pointer_number
FROM class_pointers AS pointers JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = manufacturer_pubkey
WHERE (SELECT is_platform_role()) OR maker.organization_id = (SELECT role_organization());

-- Paths and manufacturers are counted apart: joined at once, each path would count for every manufacturer.
CREATE VIEW wallet_usage_stats WITH (security_invoker = true) AS
SELECT
    wallet.version_id, wallet.version_name, wallet.environment, wallet.status,
    coalesce(paths.total_paths, 0) AS total_paths, coalesce(paths.total_identifiers, 0) AS total_identifiers,
    coalesce(makers.active_manufacturers, 0) AS active_manufacturers, paths.last_allocation
FROM wallet_versions AS wallet
LEFT JOIN (
    SELECT wallet_version, count(*) AS total_paths, sum(quantity) AS total_identifiers, max(allocated_at) AS last_allocation
    FROM path_registry WHERE status = 'active' GROUP BY wallet_version
) AS paths ON paths.wallet_version = wallet.version_id
LEFT JOIN (
    SELECT wallet_version, count(*) AS active_manufacturers
    FROM manufacturer_registry WHERE status = 'active' GROUP BY wallet_version
) AS makers ON makers.wallet_version = wallet.version_id;

CREATE VIEW allocation_statistics WITH (security_invoker = true) AS
SELECT wallet_version, manufacturer_index, allocation_type, status, count(*) AS allocations, sum(quantity) AS total_instances
FROM path_registry GROUP BY wallet_version, manufacturer_index, allocation_type, status;

-- Who registered and allocated what for a manufacturer, over all wallets. The address of an operator of another
-- organisation, such as the platform's, is not shown to a manufacturer's own role.
CREATE VIEW manufacturer_operations WITH (security_invoker = true) AS
SELECT
    'path_allocation' AS operation, maker.organization_id, maker.manufacturer_name, paths.wallet_version,
    wallet.version_name, paths.path, paths.allocated_at AS "timestamp", operator.email AS operator,
    paths.purpose::text AS details
FROM path_registry AS paths
JOIN manufacturer_registry AS maker USING (wallet_version, manufacturer_index)
JOIN wallet_versions AS wallet ON wallet.version_id = paths.wallet_version
LEFT JOIN users AS operator ON operator.id = paths.allocated_by
UNION ALL
SELECT
    'path_transfer', maker.organization_id, maker.manufacturer_name, paths.wallet_version,
    wallet.version_name, paths.path, paths.transferred_at, NULL,
    'To wallet: ' || target.version_name
FROM path_registry AS paths
JOIN manufacturer_registry AS maker USING (wallet_version, manufacturer_index)
JOIN wallet_versions AS wallet ON wallet.version_id = paths.wallet_version
JOIN wallet_versions AS target ON target.version_id = paths.transferred_to_wallet
UNION ALL
SELECT
    'manufacturer_registration', maker.organization_id, maker.manufacturer_name, maker.wallet_version,
    wallet.version_name, maker.prefix, maker.registered_at, operator.email,
    'Index: ' || maker.manufacturer_index
FROM manufacturer_registry AS maker
JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version
LEFT JOIN users AS operator ON operator.id = maker.registered_by;

-- Where a class goes whose pointer is another's: one level down, to the first number whose pointer is free and below
-- which nothing is held, but by who holds the class as a whole. NULL where a path has no further level, or 1000 numbers
-- were none.
CREATE FUNCTION collision_way_out(pubkey text, original text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    organization uuid;
    candidate text;
    held path_registry;
    number bigint := 1;
BEGIN
    SELECT organization_id INTO organization FROM manufacturer_registry WHERE ed25519_public_key = pubkey;
    PERFORM require_sight_of(original);
    FOR tries IN 1..1000 LOOP
        EXIT WHEN number > 2147483647;
        candidate := original || '.' || segment_text(number::integer);
        EXIT WHEN NOT is_path(candidate, 3, 14, 92);
        SELECT * INTO held FROM path_registry
        WHERE span && allocated_span(candidate, NULL, NULL) AND status <> 'transferred'
            AND NOT (organization_id = organization AND span @> allocated_span(original, NULL, NULL))
        ORDER BY allocated_range_end DESC NULLS LAST LIMIT 1;
        IF held.path = original AND held.allocated_range_end IS NOT NULL THEN
            number := held.allocated_range_end::bigint + 1;
        ELSIF held.id IS NOT NULL OR EXISTS (
            SELECT FROM global_class_pointer_registry WHERE class_pointer = class_pointer_of(pubkey, candidate)
        ) THEN
            number := number + 1;
        ELSE
            RETURN candidate;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Registers a class whose own path's pointer is another's where `collision_way_out` says, notes that, and resolves the
-- alert. Done before, it tells what was done.
CREATE FUNCTION resolve_class_pointer_collision(original text, class uuid) RETURNS collision_resolutions
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    maker manufacturer_registry;
    done collision_resolutions;
    way_out text;
BEGIN
    SELECT * INTO maker FROM manufacturer_registry
    WHERE prefix = split_part(original, '.', 1) || '.' || split_part(original, '.', 2);
    IF maker.ed25519_public_key IS NULL THEN
        RAISE EXCEPTION 'no manufacturer of % has a key', original USING ERRCODE = 'PL007', HINT = 'unknown_manufacturer';
    END IF;
    PERFORM require_organization_admin(maker.organization_id);
    PERFORM pg_advisory_xact_lock(hashtext('plings collisions of ' || maker.prefix));
    SELECT resolution.* INTO done
    FROM collision_resolutions AS resolution
    JOIN global_class_pointer_registry AS known ON known.class_pointer = resolution.resolved_pointer
    WHERE manufacturer_pubkey = maker.ed25519_public_key AND original_path = original AND known.class_id = class;
    IF FOUND THEN
        RETURN done;
    END IF;
    IF NOT EXISTS (
        SELECT FROM global_class_pointer_registry AS known
        WHERE class_pointer = class_pointer_of(maker.ed25519_public_key, original) AND NOT (
            manufacturer_number = maker.number AND EXISTS (
                SELECT FROM class_pointers AS own
                WHERE own.manufacturer_pubkey = maker.ed25519_public_key AND own.class_id = known.class_id
                    AND own.path_to_pointer = original
            )
        )
    ) THEN
        RAISE EXCEPTION 'no other class has the pointer of %', original USING ERRCODE = 'PL003', HINT = 'no_collision';
    END IF;
    FOR tries IN 1..10 LOOP
        way_out := collision_way_out(maker.ed25519_public_key, original);
        EXIT WHEN way_out IS NULL;
        BEGIN
            INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
            VALUES (class_pointer_of(maker.ed25519_public_key, way_out), maker.ed25519_public_key, way_out, class);
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            way_out := NULL; -- somebody registered that very class meanwhile: the next one
        END;
    END LOOP;
    IF way_out IS NULL THEN
        RAISE EXCEPTION 'no level below % is free', original USING ERRCODE = 'PL008', HINT = 'no_free_level';
    END IF;
    INSERT INTO collision_resolutions (organization_id, manufacturer_pubkey, original_path, original_pointer,
        resolved_path, resolved_pointer)
    VALUES (maker.organization_id, maker.ed25519_public_key, original,
        class_pointer_of(maker.ed25519_public_key, original),
        way_out, class_pointer_of(maker.ed25519_public_key, way_out))
    RETURNING * INTO done;
    UPDATE system_alerts SET resolved_at = now()
    WHERE alert_type = 'CLASS_POINTER_COLLISION_PREVENTED' AND resolved_at IS NULL
        AND key = maker.ed25519_public_key || ':' || original;
    RETURN done;
END
$$;
