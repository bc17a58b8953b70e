-- What changes class pointers: a transfer their status, a shop that they were verified. The application cannot update
-- them itself any more, so these check who acts, and tell the audit trail, the graph and the caches.

CREATE OR REPLACE FUNCTION note_verification(pointer text, pubkey text, path text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    at CONSTANT timestamptz := now();
    known record;
BEGIN
    SELECT * INTO known FROM known_pointers(ARRAY[pointer_from_text(pointer)]);
    IF (known.manufacturer_pubkey, known.path_to_pointer) IS DISTINCT FROM (pubkey, path) THEN
        RETURN false;
    END IF;
    PERFORM require_organization_admin(
        (SELECT organization_id FROM manufacturer_registry WHERE ed25519_public_key = pubkey)
    );
    UPDATE class_pointers SET verified_at = at, updated_at = at
    WHERE manufacturer_pubkey = pubkey AND class_id = known.class_id AND class_pointer = known.class_pointer;
    RETURN true;
END
$$;

-- As on one machine. What moves is fetched, compared here and written back.
CREATE OR REPLACE FUNCTION transfer_pointers(
    maker manufacturer_registry, heir manufacturer_registry, old_status pointer_status, first uuid, last uuid
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    at CONSTANT timestamptz := now();
    classes uuid[];
    wanted bigint[];
    taken bigint[];
    moved bigint[];
    changed bigint;
    stuck record;
BEGIN
    -- not as the caller tells them
    SELECT * INTO STRICT maker FROM manufacturer_registry WHERE id = maker.id;
    SELECT * INTO STRICT heir FROM manufacturer_registry WHERE id = heir.id;
    PERFORM require_organization_admin(maker.organization_id);
    -- what is fetched is not changed by another transfer before it is written back
    PERFORM pg_advisory_xact_lock(hashtext('plings transfer'), maker.number);
    classes := ARRAY(
        SELECT id FROM object_classes
        WHERE manufacturer_organization_id = maker.organization_id AND id > first AND id <= last
    );
    INSERT INTO class_pointers_moving SELECT * FROM class_pointers
    WHERE manufacturer_pubkey = maker.ed25519_public_key AND status = 'active' AND class_id = ANY (classes);
    wanted := ARRAY(
        SELECT class_pointer_of(heir.ed25519_public_key, below_prefix(path_to_pointer, heir.prefix))
        FROM class_pointers_moving
    );
    SELECT array_agg(class_pointer) INTO taken FROM global_class_pointer_registry WHERE class_pointer = ANY (wanted);
    INSERT INTO class_pointers_landing (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
    SELECT new_pointer, heir.ed25519_public_key, new_path, class_id
    FROM (
        SELECT class_id, below_prefix(path_to_pointer, heir.prefix) AS new_path,
            class_pointer_of(heir.ed25519_public_key, below_prefix(path_to_pointer, heir.prefix)) AS new_pointer
        FROM class_pointers_moving
    ) AS moving
    WHERE is_path(new_path, 2, 14, 92) AND new_pointer <> ALL (coalesce(taken, '{}'));
    moved := ARRAY(
        SELECT old.class_pointer
        FROM class_pointers_moving AS old LEFT JOIN known_pointers(wanted) AS new
            ON new.class_id = old.class_id AND new.manufacturer_pubkey = heir.ed25519_public_key
            AND new.path_to_pointer = below_prefix(old.path_to_pointer, heir.prefix)
        WHERE new.class_pointer IS NOT NULL OR EXISTS (
            SELECT FROM collision_resolutions AS resolution
            WHERE resolution.manufacturer_pubkey = heir.ed25519_public_key
                AND original_path = below_prefix(old.path_to_pointer, heir.prefix)
        )
    );
    UPDATE class_pointers SET status = old_status, updated_at = at
    WHERE manufacturer_pubkey = maker.ed25519_public_key AND class_id = ANY (classes) AND class_pointer = ANY (moved);
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> cardinality(moved) THEN
        RAISE EXCEPTION '% of % class pointers were there to change', changed, cardinality(moved);
    END IF;
    PERFORM note_statuses(old_status, at, moved);
    FOR stuck IN
        SELECT class_id, below_prefix(path_to_pointer, heir.prefix) AS new_path FROM class_pointers_moving
        WHERE class_pointer <> ALL (moved)
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
    DELETE FROM class_pointers_moving;
    RETURN changed;
END
$$;

-- What the triggers on one machine note of pointers whose status changed: those of class_pointers_moving in `moved`.
CREATE FUNCTION note_statuses(new_status pointer_status, at timestamptz, moved bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    mask CONSTANT bigint := outbox_parts(cardinality(moved)) - 1;
BEGIN
    INSERT INTO audit_trail (database_role, user_id, table_name, operation, before, after)
    SELECT effective_role(), acting_user(), 'class_pointers', 'UPDATE', to_jsonb(old),
        to_jsonb(old) || jsonb_build_object('status', new_status, 'updated_at', at)
    FROM class_pointers_moving AS old WHERE class_pointer = ANY (moved);
    INSERT INTO graph_outbox (label, pointers, key_count)
    SELECT 'ClassPointer', array_agg(pointer), count(*) FROM unnest(moved) AS pointer GROUP BY pointer & mask;
    PERFORM tell_products(moved[1:101]);
END
$$;
REVOKE EXECUTE ON FUNCTION note_statuses(pointer_status, timestamptz, bigint[]) FROM PUBLIC;
