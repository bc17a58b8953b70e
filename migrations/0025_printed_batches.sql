-- What was printed: commitments to batches (docs/decisions/0023) and the leaves that their roots are of, so that whoever
-- has nothing but a code can have its proof. None of it is believed: who uses a proof verifies it. Batches come whole, and
-- stay as they are. On a cluster both tables stay on the coordinator: they touch no table that is distributed.

CREATE TABLE printed_batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    commitment text COLLATE "C" NOT NULL CONSTRAINT commitment_size CHECK (octet_length(commitment) <= 16384),
    -- what it says, as read_commitment reads it
    batch text COLLATE "C" NOT NULL CONSTRAINT printed_batch_path CHECK (is_path(batch, 3, 15, 94)),
    class_pointer bigint NOT NULL,
    root bytea NOT NULL CONSTRAINT printed_root_size CHECK (octet_length(root) = 32),
    instances int8multirange NOT NULL CONSTRAINT printed_instances_range CHECK (instances <@ '{[0,2147483648)}'),
    -- A proof takes the leaves of one run of 4,096 and the roots of all runs: of these no more than of leaves.
    item_count bigint NOT NULL CONSTRAINT printed_item_count CHECK (item_count BETWEEN 1 AND 4096 * 4096),
    organization_id uuid NOT NULL REFERENCES organizations,
    added_by uuid NOT NULL REFERENCES users,
    added_at timestamptz NOT NULL,
    -- A batch that was printed in several jobs has several commitments. The way from a code to them begins here, too.
    CONSTRAINT printed_once UNIQUE (batch, root)
);

CREATE TABLE printed_runs (
    batch_id bigint NOT NULL REFERENCES printed_batches,
    number integer NOT NULL CONSTRAINT run_number CHECK (number >= 0),
    root bytea NOT NULL CONSTRAINT run_root_size CHECK (octet_length(root) = 32),
    -- 32 bytes each, in the order of the tree. Hashes do not get smaller, and one alone can be read of what is not packed.
    leaves bytea STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (batch_id, number)
);

-- A row is what its commitment says, and is added by who looks after the manufacturer whose key it names.
CREATE FUNCTION read_commitment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    said jsonb;
    maker manufacturer_registry;
BEGIN
    NEW.added_by := acting_user();
    NEW.added_at := now();
    IF octet_length(NEW.commitment) > 16384 THEN
        RAISE EXCEPTION 'a commitment has 16,384 bytes at most' USING ERRCODE = 'PL009', HINT = 'commitment_size';
    END IF;
    said := NEW.commitment::jsonb;
    NEW.batch := said ->> 'batch';
    SELECT * INTO maker FROM manufacturer_registry
    WHERE prefix = split_part(NEW.batch, '.', 1) || '.' || split_part(NEW.batch, '.', 2);
    IF maker.id IS NULL THEN
        RAISE EXCEPTION 'the batch is below no manufacturer''s prefix' USING ERRCODE = 'PL007', HINT = 'unknown_manufacturer';
    END IF;
    PERFORM require_organization_admin(maker.organization_id);
    IF 'compromised' IN (maker.status, (SELECT status FROM wallet_versions WHERE version_id = maker.wallet_version)) THEN
        RAISE EXCEPTION 'the key of % is compromised: what it signed may be anybody''s', maker.prefix
            USING ERRCODE = 'PL003', HINT = 'key_compromised';
    END IF;
    NEW.class_pointer := pointer_from_text(said ->> 'class_pointer');
    IF (said ->> 'identity_key', NEW.class_pointer) IS DISTINCT FROM (
        maker.ed25519_public_key,
        class_pointer_of(maker.ed25519_public_key, regexp_replace(NEW.batch, '\.[^.]+$', ''))
    ) THEN
        RAISE EXCEPTION 'the commitment is of another key or class than batch % of %', NEW.batch, maker.prefix
            USING ERRCODE = 'PL009', HINT = 'another_key';
    END IF;
    NEW.root := decode(said ->> 'root', 'base64');
    SELECT range_agg(int8range((pair ->> 0)::bigint, (pair ->> 1)::bigint, '[]')) INTO NEW.instances
    FROM jsonb_array_elements(said -> 'instances') AS pair;
    SELECT sum(upper(part) - lower(part)) INTO NEW.item_count FROM unnest(NEW.instances) AS part;
    NEW.organization_id := maker.organization_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT ON printed_batches FOR EACH ROW EXECUTE FUNCTION read_commitment();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON printed_batches EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT ON printed_batches FOR EACH ROW EXECUTE FUNCTION note_change();

-- Each run has as many leaves as its place says, so that with the last of them a batch is whole and takes no more.
CREATE FUNCTION guard_printed_runs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    its printed_batches;
BEGIN
    PERFORM acting_user();
    SELECT * INTO its FROM printed_batches WHERE id = NEW.batch_id;
    PERFORM require_organization_admin(its.organization_id);
    IF octet_length(NEW.leaves) IS DISTINCT FROM 32 * least(4096, its.item_count - 4096 * NEW.number::bigint) THEN
        RAISE EXCEPTION 'run % of batch % has another number of leaves', NEW.number, its.batch
            USING ERRCODE = 'PL009', HINT = 'run_size';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT ON printed_runs FOR EACH ROW EXECUTE FUNCTION guard_printed_runs();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON printed_runs EXECUTE FUNCTION refuse_removal();

-- That a run came, with its root, which says what its leaves are: a million of these would be 32 MB of the trail.
CREATE FUNCTION note_printed_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO audit_trail (database_role, user_id, table_name, operation, after)
    VALUES (effective_role(), acting_user(), TG_TABLE_NAME, TG_OP, jsonb_build_object(
        'batch_id', NEW.batch_id, 'number', NEW.number, 'root', NEW.root
    ));
    RETURN NULL;
END
$$;
CREATE TRIGGER audit AFTER INSERT ON printed_runs FOR EACH ROW EXECUTE FUNCTION note_printed_run();

-- Asked when the transaction ends: a batch that is not whole was never there.
CREATE FUNCTION require_whole_batch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM printed_runs WHERE batch_id = NEW.id) <> (NEW.item_count + 4095) / 4096 THEN
        RAISE EXCEPTION 'batch % lacks runs of its leaves', NEW.batch USING ERRCODE = 'PL009', HINT = 'whole_batch';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON printed_batches DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_whole_batch();

REVOKE ALL ON FUNCTION read_commitment(), guard_printed_runs(), note_printed_run(), require_whole_batch() FROM PUBLIC;
GRANT SELECT ON printed_batches, printed_runs TO plings_application, plings_manufacturer;
GRANT INSERT (commitment) ON printed_batches TO plings_application, plings_manufacturer;
GRANT INSERT (batch_id, number, root, leaves) ON printed_runs TO plings_application, plings_manufacturer;

ALTER TABLE printed_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE printed_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON printed_batches TO plings_application USING (true) WITH CHECK (true);
CREATE POLICY platform ON printed_runs TO plings_application USING (true) WITH CHECK (true);
CREATE POLICY own_rows ON printed_batches TO plings_manufacturer
    USING (organization_id = (SELECT role_organization())) WITH CHECK (organization_id = (SELECT role_organization()));
CREATE POLICY own_rows ON printed_runs TO plings_manufacturer
    USING (batch_id IN (SELECT id FROM printed_batches)) WITH CHECK (batch_id IN (SELECT id FROM printed_batches));
