-- Owners in the graph: of instances that somebody registered, as the chain's events and leaves tell (0018). Whatever
-- writes tenures, the instances whose owner it changed wait for the graph afterwards.

-- 32 bytes in base58, ten digits at a time: 58^10 is the largest power that a bigint holds.
CREATE FUNCTION address_text(address bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = registry, pg_temp AS $$
DECLARE
    alphabet CONSTANT text := '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    rest numeric := 0;
    part numeric;
    ten bigint;
    digits text := '';
BEGIN
    IF octet_length(address) <> 32 THEN
        RETURN NULL;
    END IF;
    FOR place IN 0..3 LOOP
        part := pointer_number(substr(address, 1 + 8 * place, 8));
        rest := rest * 18446744073709551616 + CASE WHEN part < 0 THEN part + 18446744073709551616 ELSE part END;
    END LOOP;
    WHILE rest > 0 LOOP
        ten := rest % 430804206899405824;
        rest := div(rest, 430804206899405824);
        FOR place IN 1..10 LOOP
            digits := substr(alphabet, (ten % 58)::integer + 1, 1) || digits;
            ten := ten / 58;
        END LOOP;
    END LOOP;
    -- a 1 for each byte of zeros in front, and none else
    RETURN repeat('1', (octet_length(address) - octet_length(ltrim(address, '\x00'::bytea)))) || ltrim(digits, '1');
END
$$;

-- The other way round. NULL for a text that is no address's.
CREATE FUNCTION address_bytes(address text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = registry, pg_temp AS $$
DECLARE
    alphabet CONSTANT text := '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    filled CONSTANT text := lpad(address, 50, '1');
    value numeric := 0;
    ten bigint;
    part numeric;
    bytes bytea := '';
BEGIN
    IF address COLLATE "C" !~ '^[1-9A-HJ-NP-Za-km-z]{32,44}$' THEN
        RETURN NULL;
    END IF;
    FOR tens IN 0..4 LOOP
        ten := 0;
        FOR place IN 1..10 LOOP
            ten := ten * 58 + strpos(alphabet, substr(filled, 10 * tens + place, 1)) - 1;
        END LOOP;
        value := value * 430804206899405824 + ten;
    END LOOP;
    FOR place IN 1..4 LOOP
        part := value % 18446744073709551616;
        value := div(value, 18446744073709551616);
        bytes := int8send(CASE WHEN part >= 9223372036854775808 THEN part - 18446744073709551616 ELSE part END::bigint)
            || bytes;
    END LOOP;
    IF value > 0 OR address_text(bytes) <> address THEN
        RETURN NULL;
    END IF;
    RETURN bytes;
END
$$;

-- What an object has in `objects`: see plings.indexer.decoder.codes.
CREATE FUNCTION object_key_of(pointer bigint, address bytea, path text) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(substr(sha256(int8send(pointer) || address || replace(path, '\', '\\')::bytea), 1, 16), 'hex')::uuid;

ALTER TABLE object_instances ADD COLUMN object_key uuid
    GENERATED ALWAYS AS (object_key_of(class_pointer, address_bytes(solana_address), path)) STORED;
CREATE INDEX idx_instance_object ON object_instances (object_key);

CREATE OR REPLACE VIEW graph_owners AS
SELECT seen.id AS instance_id, address_text(held.owner) AS owner
FROM object_instances AS seen
JOIN objects AS object ON object.object_key = seen.object_key
JOIN tenures AS held ON held.object_no = object.object_no AND held.is_current;

-- Who owned instances before, between the statement that removes their tenures and the one that makes them anew.
CREATE UNLOGGED TABLE owners_before (
    instance_id uuid PRIMARY KEY,
    owner bytea NOT NULL
);

-- What is on its way into tenures is not seen by who registers an instance meanwhile, nor that instance here. The lock
-- is held until that is over; before the graph reads what waits, it waits for that: see wait_for_owners. Joins go by
-- the indexes, whatever the statistics say of tables that grow by a batch at a time, and are planned anew each time.
CREATE FUNCTION note_former_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('plings owners'));
    IF EXISTS (SELECT FROM object_instances) THEN
        EXECUTE 'INSERT INTO owners_before SELECT seen.id, gone.owner
            FROM gone JOIN objects USING (object_no) JOIN object_instances AS seen USING (object_key)
            WHERE gone.is_current
            ON CONFLICT DO NOTHING';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_new_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    changed text[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('plings owners'));
    IF NOT EXISTS (SELECT FROM object_instances) THEN
        RETURN NULL;
    END IF;
    EXECUTE 'WITH new AS (
            SELECT seen.id, added.owner
            FROM added JOIN objects USING (object_no) JOIN object_instances AS seen USING (object_key)
            WHERE added.is_current
        ), former AS (DELETE FROM owners_before RETURNING instance_id AS id, owner)
        SELECT array_agg(coalesce(new.id, former.id)::text) FROM new FULL JOIN former USING (id)
        WHERE new.owner IS DISTINCT FROM former.owner' INTO changed;
    PERFORM note_for_graph('ObjectInstance', changed);
    RETURN NULL;
END
$$;

-- Of all at once, in parts.
CREATE FUNCTION note_all_owners() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    mask CONSTANT bigint := outbox_parts((SELECT count(*) FROM object_instances)) - 1;
BEGIN
    INSERT INTO graph_outbox (label, keys, key_count)
    SELECT 'ObjectInstance', array_agg(instance_id::text), count(*) FROM graph_owners
    GROUP BY uuid_hash(instance_id) & mask;
END
$$;
CREATE FUNCTION note_emptied_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('plings owners'));
    PERFORM note_all_owners();
    RETURN NULL;
END
$$;

-- They fire in the order of their names.
CREATE TRIGGER graph_1 AFTER DELETE ON tenures REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION note_former_owners();
CREATE TRIGGER graph_1_update AFTER UPDATE ON tenures REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION note_former_owners();
CREATE TRIGGER graph_2 AFTER INSERT ON tenures REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_new_owners();
CREATE TRIGGER graph_2_update AFTER UPDATE ON tenures REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_new_owners();
CREATE TRIGGER graph_truncate BEFORE TRUNCATE ON tenures EXECUTE FUNCTION note_emptied_owners();

-- Waits for who writes tenures, in a transaction of its own.
CREATE FUNCTION wait_for_owners() RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    SELECT pg_advisory_xact_lock_shared(hashtext('plings owners'));
END;

SELECT note_all_owners();
REVOKE EXECUTE ON FUNCTION
    address_text(bytea), address_bytes(text), object_key_of(bigint, bytea, text), note_former_owners(),
    note_new_owners(), note_all_owners(), note_emptied_owners(), wait_for_owners()
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    address_text(bytea), address_bytes(text), object_key_of(bigint, bytea, text), wait_for_owners()
TO plings_application;
GRANT SELECT ON owners_before TO plings_application;
