-- What is asked in one way and kept in two: in 16 partitions on one machine, or in shards of a cluster, where
-- `distribute/` puts others in the place of these functions.

-- Those of some pointers that are registered, each with the row that it leads to (NULL, should it be in no partition).
CREATE FUNCTION known_pointers(asked bigint[]) RETURNS TABLE (
    class_pointer bigint, class_id uuid, manufacturer_number integer, manufacturer_pubkey text, path_to_pointer text,
    status pointer_status, created_at timestamptz
)
LANGUAGE sql STABLE SET search_path = registry, pg_temp
AS $$
    SELECT known.class_pointer, known.class_id, known.manufacturer_number, held.manufacturer_pubkey,
        held.path_to_pointer, held.status, held.created_at
    FROM unnest(asked) AS wanted (class_pointer)
    JOIN global_class_pointer_registry AS known USING (class_pointer)
    JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number
    LEFT JOIN class_pointers AS held ON held.manufacturer_pubkey = maker.ed25519_public_key
        AND held.class_id = known.class_id AND held.class_pointer = known.class_pointer
$$;

-- Notes that somebody verified a pointer. False, and nothing is noted, unless all three belong together.
CREATE FUNCTION note_verification(pointer text, pubkey text, path text) RETURNS boolean
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
    wanted CONSTANT bigint := pointer_from_text(pointer);
BEGIN
    UPDATE class_pointers SET verified_at = now()
    WHERE manufacturer_pubkey = pubkey AND path_to_pointer = path AND class_pointer = wanted
        AND class_id = (SELECT class_id FROM global_class_pointer_registry WHERE class_pointer = wanted);
    RETURN FOUND;
END
$$;

-- The table that a manufacturer's pointers are copied into.
CREATE FUNCTION pointers_go_into(shard smallint) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN 'class_pointers_' || lpad(shard::text, 2, '0');

REVOKE EXECUTE ON FUNCTION known_pointers(bigint[]), note_verification(text, text, text), pointers_go_into(smallint)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION known_pointers(bigint[]), note_verification(text, text, text), pointers_go_into(smallint)
TO plings_application;
