-- Registering, and what comes of two classes with one pointer: as on one machine, by statements that a cluster takes.

DO $$
DECLARE
    one record;
    known text;
BEGIN
    FOR one IN
        SELECT * FROM (VALUES
            ('insert_class_pointer_with_global_check(text, text, uuid)',
                'INSERT INTO class_pointers ', 'INSERT INTO class_pointers_landing '),
            ('collision_way_out(text, text)',
                'SELECT FROM global_class_pointer_registry WHERE class_pointer = class_pointer_of(pubkey, candidate)',
                'SELECT FROM known_pointers(ARRAY[class_pointer_of(pubkey, candidate)])')
        ) AS changes (function, was, becomes)
    LOOP
        known := pg_get_functiondef(one.function::regprocedure);
        IF strpos(known, one.was) = 0 THEN
            RAISE EXCEPTION '% is not as this migration knows it', one.function;
        END IF;
        EXECUTE replace(known, one.was, one.becomes);
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION pointer_taken(wanted bigint, pubkey text, path text, class uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    there record;
BEGIN
    SELECT * INTO there FROM known_pointers(ARRAY[wanted]);
    IF NOT FOUND THEN
        -- whose it is was made permanent a moment ago, and the next transaction sees it
        RAISE EXCEPTION '% was registered just now', path USING ERRCODE = 'serialization_failure';
    END IF;
    IF there.manufacturer_pubkey = pubkey AND there.path_to_pointer = path THEN
        IF there.class_id = class THEN
            RETURN 'there';
        END IF;
        RAISE EXCEPTION '% is registered for another class', path USING ERRCODE = 'PL006', HINT = 'other_class';
    END IF;
    PERFORM note_collision(pubkey, path);
    RETURN 'collision';
END
$$;

CREATE OR REPLACE FUNCTION note_collision(pubkey text, path text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    wanted CONSTANT bigint := class_pointer_of(pubkey, path);
    organization CONSTANT uuid := (SELECT organization_id FROM manufacturer_registry WHERE ed25519_public_key = pubkey);
    there record;
BEGIN
    PERFORM require_organization_admin(organization);
    SELECT maker.ed25519_public_key, known.path_to_pointer INTO there
    FROM known_pointers(ARRAY[wanted]) AS known
    JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number;
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

CREATE OR REPLACE FUNCTION resolve_class_pointer_collision(original text, class uuid) RETURNS collision_resolutions
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
    SELECT resolution.* INTO done FROM collision_resolutions AS resolution
    WHERE manufacturer_pubkey = maker.ed25519_public_key AND original_path = original AND EXISTS (
        SELECT FROM known_pointers(ARRAY[resolution.resolved_pointer]) AS known WHERE known.class_id = class
    );
    IF FOUND THEN
        RETURN done;
    END IF;
    IF NOT EXISTS (
        SELECT FROM known_pointers(ARRAY[class_pointer_of(maker.ed25519_public_key, original)]) AS known
        WHERE (known.manufacturer_number, known.path_to_pointer) IS DISTINCT FROM (maker.number, original)
    ) THEN
        RAISE EXCEPTION 'no other class has the pointer of %', original USING ERRCODE = 'PL003', HINT = 'no_collision';
    END IF;
    FOR tries IN 1..10 LOOP
        way_out := collision_way_out(maker.ed25519_public_key, original);
        EXIT WHEN way_out IS NULL;
        BEGIN
            INSERT INTO class_pointers_landing (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
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

-- By slices of 20,000 classes, and back by as many pointers: neither table fits into the coordinator's memory.
CREATE OR REPLACE FUNCTION detect_class_pointer_collisions()
RETURNS TABLE (duplicate_pointer text, finding text, manufacturer_count integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    first_class uuid := '00000000-0000-0000-0000-000000000000';
    last_class uuid;
    first_pointer bigint;
    pointers bigint[];
    keys text[];
    paths text[];
    classes uuid[];
BEGIN
    LOOP
        SELECT id INTO last_class FROM object_classes WHERE id > first_class ORDER BY id OFFSET 19999 LIMIT 1;
        last_class := coalesce(last_class, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
        SELECT array_agg(class_pointer), array_agg(manufacturer_pubkey), array_agg(path_to_pointer), array_agg(class_id)
        INTO pointers, keys, paths, classes
        FROM class_pointers WHERE class_id > first_class AND class_id <= last_class;
        RETURN QUERY SELECT * FROM findings_among(pointers, keys, paths, classes);
        EXIT WHEN last_class = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
        first_class := last_class;
    END LOOP;
    LOOP
        SELECT array_agg(class_pointer) INTO pointers FROM (
            SELECT class_pointer FROM global_class_pointer_registry
            WHERE first_pointer IS NULL OR class_pointer > first_pointer ORDER BY class_pointer LIMIT 20000
        ) AS next;
        EXIT WHEN pointers IS NULL;
        RETURN QUERY SELECT pointer_text(class_pointer), 'in no partition', 0
        FROM known_pointers(pointers) WHERE path_to_pointer IS NULL;
        SELECT max(pointer) INTO first_pointer FROM unnest(pointers) AS pointer;
    END LOOP;
END
$$;

-- What is wrong with some rows of class_pointers.
CREATE FUNCTION findings_among(pointers bigint[], keys text[], paths text[], classes uuid[])
RETURNS TABLE (duplicate_pointer text, finding text, manufacturer_count integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    known_ones bigint[];
    known_classes uuid[];
    known_makers integer[];
BEGIN
    SELECT array_agg(class_pointer), array_agg(class_id), array_agg(manufacturer_number)
    INTO known_ones, known_classes, known_makers
    FROM global_class_pointer_registry WHERE class_pointer = ANY (pointers);
    RETURN QUERY
    WITH held AS (
        SELECT pointer, class, maker.number AS maker, class_pointer_of(key, path) AS hash
        FROM unnest(pointers, keys, paths, classes) AS row (pointer, key, path, class)
        LEFT JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = key
    ), known AS (
        SELECT * FROM unnest(known_ones, known_classes, known_makers) AS row (pointer, class, maker)
    )
    SELECT pointer_text(pointer), 'shared', count(DISTINCT maker)::integer FROM (
        SELECT pointer, maker FROM held
        UNION ALL
        SELECT pointer, known.maker FROM held JOIN known USING (pointer)
        WHERE (held.class, held.maker) IS DISTINCT FROM (known.class, known.maker)
    ) AS told GROUP BY pointer HAVING count(*) > 1
    UNION ALL
    SELECT pointer_text(held.pointer), 'not in the registry', 1 FROM held LEFT JOIN known USING (pointer)
    WHERE known.pointer IS NULL
    UNION ALL
    SELECT pointer_text(pointer), 'not its hash', 1 FROM held WHERE pointer <> hash;
END
$$;
REVOKE EXECUTE ON FUNCTION findings_among(bigint[], text[], text[], uuid[]) FROM PUBLIC;
