-- Manufacturers: who prints below which prefix of a wallet. The identity key is the node of that prefix, so it never
-- changes: another key is another wallet's or another index's.

CREATE TABLE manufacturer_registry (
    id uuid PRIMARY KEY DEFAULT new_id(),
    -- what pointers refer to, being short
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    wallet_version integer NOT NULL REFERENCES wallet_versions,
    manufacturer_index integer NOT NULL CONSTRAINT manufacturer_index_range CHECK (manufacturer_index >= 1),
    manufacturer_name label NOT NULL,
    prefix text GENERATED ALWAYS AS (segment_text(wallet_version) || '.' || segment_text(manufacturer_index)) STORED,
    organization_id uuid NOT NULL REFERENCES organizations,
    ed25519_public_key text COLLATE "C" UNIQUE
        CONSTRAINT public_key_form CHECK (ed25519_public_key ~ '^[1-9A-HJ-NP-Za-km-z]{32,44}$'),
    ed25519_private_key_reference text COLLATE "C"
        CONSTRAINT private_key_reference CHECK (is_key_reference(ed25519_private_key_reference)),
    key_delegation_level text NOT NULL DEFAULT 'none'
        CONSTRAINT delegation CHECK (key_delegation_level IN ('none', 'verification', 'full')),
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT manufacturer_status
        CHECK (status IN ('active', 'suspended', 'transferring', 'transferred', 'compromised', 'retired')),
    registered_by uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    registered_at timestamptz NOT NULL DEFAULT now(),
    compromised_at timestamptz,
    transferred_from_wallet integer REFERENCES wallet_versions,
    transfer_completed_at timestamptz,
    -- which of the 16 partitions holds its class pointers
    shard_id smallint NOT NULL DEFAULT 0,
    CONSTRAINT unique_manufacturer_per_wallet UNIQUE (wallet_version, manufacturer_index),
    CONSTRAINT check_plings_index_one CHECK ((lower(manufacturer_name) = 'plings') = (manufacturer_index = 1)),
    CONSTRAINT delegated_key_is_known CHECK (key_delegation_level = 'none' OR ed25519_public_key IS NOT NULL)
);
CREATE UNIQUE INDEX unique_prefix ON manufacturer_registry (prefix);
CREATE UNIQUE INDEX unique_name_per_wallet ON manufacturer_registry (wallet_version, lower(manufacturer_name));
CREATE INDEX idx_manufacturer_registry_name ON manufacturer_registry (manufacturer_name, wallet_version);
CREATE INDEX idx_manufacturer_organization ON manufacturer_registry (organization_id);
CREATE INDEX idx_manufacturer_status ON manufacturer_registry (status);

CREATE FUNCTION guard_manufacturers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_super_admin();
    IF TG_OP = 'INSERT' THEN
        NEW.registered_by := acting_user();
        NEW.registered_at := now();
        NEW.compromised_at := NULL;
        -- As those do who allocate there, so that nobody who does both waits in a circle.
        PERFORM line_up(NEW.wallet_version);
        IF NOT EXISTS (SELECT FROM wallet_versions WHERE version_id = NEW.wallet_version AND status = 'active') THEN
            RAISE EXCEPTION 'wallet % is not active', NEW.wallet_version USING ERRCODE = 'PL003', HINT = 'wallet_closed';
        END IF;
    ELSE
        IF OLD.ed25519_public_key IS NOT NULL AND NEW.ed25519_public_key IS DISTINCT FROM OLD.ed25519_public_key THEN
            RAISE EXCEPTION 'an identity key never changes' USING ERRCODE = 'PL002', HINT = 'immutable';
        END IF;
        NEW.compromised_at :=
            CASE WHEN NEW.status = 'compromised' THEN coalesce(OLD.compromised_at, now()) ELSE OLD.compromised_at END;
    END IF;
    -- A name belongs to one organisation in all wallets, and two who want it at once are one after the other.
    PERFORM require_read_committed();
    PERFORM pg_advisory_xact_lock(hashtext('plings name ' || lower(NEW.manufacturer_name)));
    IF EXISTS (
        SELECT FROM manufacturer_registry
        WHERE lower(manufacturer_name) = lower(NEW.manufacturer_name) AND organization_id <> NEW.organization_id
    ) THEN
        RAISE EXCEPTION 'another organisation has that name' USING ERRCODE = 'PL006', HINT = 'name_taken';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON manufacturer_registry
    FOR EACH ROW EXECUTE FUNCTION guard_manufacturers();
CREATE TRIGGER fixed BEFORE UPDATE ON manufacturer_registry FOR EACH ROW EXECUTE FUNCTION refuse_changes(
    'id', 'number', 'wallet_version', 'manufacturer_index', 'organization_id', 'registered_by', 'registered_at',
    'transferred_from_wallet', 'shard_id'
);
CREATE TRIGGER moves BEFORE UPDATE ON manufacturer_registry FOR EACH ROW EXECUTE FUNCTION check_status_move(
    'active>suspended', 'suspended>active', 'active>transferring', 'transferring>active', 'transferring>transferred',
    'active>retired', 'suspended>retired', 'transferred>retired',
    'active>compromised', 'suspended>compromised', 'transferring>compromised', 'transferred>compromised',
    'retired>compromised'
);
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON manufacturer_registry EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON manufacturer_registry FOR EACH ROW EXECUTE FUNCTION note_change();

-- Where a manufacturer was and is, one row a wallet. `canonical_name` is its name in all of them.
CREATE TABLE manufacturer_lineage (
    id uuid PRIMARY KEY DEFAULT new_id(),
    canonical_name label NOT NULL,
    current_wallet_version integer NOT NULL,
    current_manufacturer_index integer NOT NULL,
    predecessor_wallet integer REFERENCES wallet_versions,
    predecessor_index integer,
    assignment_reason text NOT NULL CONSTRAINT lineage_reason CHECK (
        assignment_reason IN ('initial_setup', 'security_upgrade', 'environment_separation', 'key_compromise')
    ),
    assignment_date timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'active' CONSTRAINT lineage_status CHECK (status IN ('active', 'in_progress', 'completed')),
    completion_percentage integer NOT NULL DEFAULT 0
        CONSTRAINT lineage_percentage CHECK (completion_percentage BETWEEN 0 AND 100),
    CONSTRAINT lineage_predecessor CHECK ((predecessor_wallet IS NULL) = (predecessor_index IS NULL)),
    -- the seed's UNIQUE (canonical_name) would leave no history to ask for
    CONSTRAINT unique_canonical_manufacturer UNIQUE (canonical_name, current_wallet_version),
    FOREIGN KEY (current_wallet_version, current_manufacturer_index)
        REFERENCES manufacturer_registry (wallet_version, manufacturer_index),
    FOREIGN KEY (predecessor_wallet, predecessor_index)
        REFERENCES manufacturer_registry (wallet_version, manufacturer_index)
);
CREATE INDEX idx_lineage_current_wallet ON manufacturer_lineage (current_wallet_version);
CREATE INDEX idx_lineage_status ON manufacturer_lineage (status);

CREATE FUNCTION guard_platform() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_super_admin();
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON manufacturer_lineage FOR EACH ROW EXECUTE FUNCTION guard_platform();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON manufacturer_lineage EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON manufacturer_lineage FOR EACH ROW EXECUTE FUNCTION note_change();
