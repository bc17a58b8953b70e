-- Wallet versions: one master key each, of which the registry holds a reference and never the key. `version_id` is the
-- number that a path's first segment stands for.

CREATE TABLE wallet_templates (
    name text PRIMARY KEY CONSTRAINT template_name CHECK (name ~ '^[a-z][a-z0-9-]{0,30}$'),
    description prose NOT NULL,
    environment text NOT NULL,
    security_level text NOT NULL,
    daily_allocation_limit integer NOT NULL
);
INSERT INTO wallet_templates VALUES
    ('production', 'What is printed and sold', 'production', 'high', 1000000),
    ('testing', 'Trial runs of printing lines and shops', 'testing', 'standard', 100000),
    ('development', 'What developers print', 'development', 'experimental', 10000);

-- What plings.vaults calls a reference to a key: `file:NAME`, or `pkcs11:token=LABEL;object=LABEL` with all but unreserved
-- characters percent-encoded. Labels have 1 to 32 printable characters, no blank first or last; and what looks like a key
-- is refused: the shortest has 22 letters and digits in a row.
CREATE FUNCTION is_key_reference(reference text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN length(reference) <= 100
    AND regexp_replace(regexp_replace(reference, '%2[BF]', '+', 'g'), '%..', '%', 'g') !~ '[A-Za-z0-9+/]{20}'
    AND (
        reference COLLATE "C" ~ '^file:(?=.{1,31}$)[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$'
        OR reference COLLATE "C" ~ ('^pkcs11:token=(?!%20)(?:[A-Za-z0-9._~-]|%(?:2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-D])){1,32}'
            '(?<!%20);object=(?!%20)(?:[A-Za-z0-9._~-]|%(?:2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-D])){1,32}(?<!%20)$')
    );

CREATE TABLE wallet_versions (
    version_id integer PRIMARY KEY
        -- whose base58 has the digits 1 to 9 alone, as a path's first segment must
        CONSTRAINT wallet_number CHECK (version_id BETWEEN 1 AND 255 AND segment_text(version_id) ~ '^[1-9]+$'),
    version_name text COLLATE "C" NOT NULL CONSTRAINT unique_version_name UNIQUE
        CONSTRAINT version_name_form CHECK (version_name ~ '^[a-z0-9][a-z0-9._-]{0,9}$'),
    master_key_id text COLLATE "C" NOT NULL UNIQUE
        CONSTRAINT key_reference CHECK (is_key_reference(master_key_id)),
    description prose,
    environment text NOT NULL DEFAULT 'production'
        CONSTRAINT wallet_environment CHECK (environment IN ('production', 'testing', 'development')),
    security_level text NOT NULL DEFAULT 'standard'
        CONSTRAINT wallet_security CHECK (security_level IN ('standard', 'high', 'experimental')),
    status text NOT NULL DEFAULT 'inactive'
        CONSTRAINT wallet_status CHECK (status IN ('inactive', 'active', 'deprecated', 'retired', 'compromised')),
    created_at timestamptz NOT NULL DEFAULT now(),
    deactivated_at timestamptz,
    retired_at timestamptz,
    compromised_at timestamptz,
    is_default boolean NOT NULL DEFAULT false CONSTRAINT default_is_active CHECK (NOT is_default OR status = 'active'),
    daily_allocation_limit integer NOT NULL DEFAULT 1000000 CONSTRAINT daily_limit CHECK (daily_allocation_limit >= 0),
    current_daily_allocations integer NOT NULL DEFAULT 0,
    last_reset_date date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date
);
CREATE UNIQUE INDEX unique_default_wallet ON wallet_versions (is_default) WHERE is_default;
CREATE INDEX idx_wallet_status ON wallet_versions (status);
CREATE INDEX idx_wallet_environment ON wallet_versions (environment);

CREATE TABLE wallet_health_metrics (
    wallet_version integer NOT NULL REFERENCES wallet_versions,
    metric_date date NOT NULL,
    allocations_count integer NOT NULL DEFAULT 0,
    verifications_count integer NOT NULL DEFAULT 0,
    error_count integer NOT NULL DEFAULT 0,
    average_response_time_ms integer,
    PRIMARY KEY (wallet_version, metric_date),
    CONSTRAINT counts_are_positive CHECK (
        least(allocations_count, verifications_count, error_count, average_response_time_ms) >= 0
    )
);

-- A new wallet, and a new default one, take several people. A status is one super-admin's: who learns that a key was
-- stolen must not have to wait for a second one.
CREATE FUNCTION guard_wallets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM spend_approval('create_wallet', jsonb_build_object(
            'version_id', NEW.version_id, 'version_name', NEW.version_name, 'master_key_id', NEW.master_key_id,
            'environment', NEW.environment, 'security_level', NEW.security_level
        ));
        IF NEW.status <> 'inactive' OR NEW.is_default THEN
            RAISE EXCEPTION 'a new wallet is inactive and not the default' USING ERRCODE = 'PL003', HINT = 'status';
        END IF;
        NEW.created_at := now();
        NEW.deactivated_at := NULL;
        NEW.retired_at := NULL;
        NEW.compromised_at := NULL;
        NEW.current_daily_allocations := 0;
        RETURN NEW;
    END IF;
    PERFORM require_super_admin();
    IF NEW.is_default AND NOT OLD.is_default THEN
        PERFORM spend_approval('change_default_wallet', jsonb_build_object('version_id', NEW.version_id));
    END IF;
    IF NEW.status <> OLD.status THEN
        -- Class pointers of theirs are permanent before that, or are refused: see require_still_open.
        PERFORM FROM manufacturer_registry WHERE wallet_version = NEW.version_id ORDER BY number FOR NO KEY UPDATE;
        NEW.deactivated_at := CASE WHEN NEW.status = 'active' THEN NULL ELSE coalesce(OLD.deactivated_at, now()) END;
        NEW.retired_at := CASE WHEN NEW.status = 'retired' THEN now() ELSE OLD.retired_at END;
        NEW.compromised_at := CASE WHEN NEW.status = 'compromised' THEN now() ELSE OLD.compromised_at END;
    END IF;
    RETURN NEW;
END
$$;
-- Each allocation counts here, so what has nothing to do with the two counters leaves such updates alone; the
-- allocation itself is in the trail.
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OF
    description, security_level, status, deactivated_at, retired_at, compromised_at, is_default, daily_allocation_limit
ON wallet_versions FOR EACH ROW EXECUTE FUNCTION guard_wallets();
CREATE TRIGGER fixed BEFORE UPDATE OF version_id, version_name, master_key_id, environment, created_at
ON wallet_versions FOR EACH ROW
    EXECUTE FUNCTION refuse_changes('version_id', 'version_name', 'master_key_id', 'environment', 'created_at');
CREATE TRIGGER moves BEFORE UPDATE OF status ON wallet_versions FOR EACH ROW EXECUTE FUNCTION check_status_move(
    'inactive>active', 'active>inactive', 'active>deprecated', 'inactive>deprecated', 'deprecated>active',
    'deprecated>retired', 'inactive>retired',
    'inactive>compromised', 'active>compromised', 'deprecated>compromised', 'retired>compromised'
);
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON wallet_versions EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OF
    description, security_level, status, deactivated_at, retired_at, compromised_at, is_default, daily_allocation_limit
ON wallet_versions FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE FUNCTION set_default_wallet(wallet integer) RETURNS void
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    -- One after the other: of two at once, the last stays.
    PERFORM pg_advisory_xact_lock(hashtext('plings default wallet'));
    UPDATE wallet_versions SET is_default = false WHERE is_default AND version_id <> wallet;
    UPDATE wallet_versions SET is_default = true WHERE version_id = wallet AND NOT is_default;
    IF NOT EXISTS (SELECT FROM wallet_versions WHERE version_id = wallet) THEN
        RAISE EXCEPTION 'there is no wallet %', wallet USING ERRCODE = 'PL007', HINT = 'unknown_wallet';
    END IF;
END
$$;

-- Waits for those who allocate or register in a wallet, and lets nobody else until the end of the transaction. The lock
-- is given to those who wait in the order in which they came; the row alone goes to whoever is at hand when it is free,
-- so that of fifty some would wait for seconds.
CREATE FUNCTION line_up(wallet integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = registry, pg_temp
AS $$
    SELECT pg_advisory_xact_lock(hashtext('plings wallet'), wallet);
    SELECT FROM wallet_versions WHERE version_id = wallet FOR NO KEY UPDATE
$$;

-- Counts one allocation of today (UTC). Holding the wallet's row until the end of the transaction also lines up
-- those who allocate in it, so that none of them wait for each other in a circle.
CREATE FUNCTION count_allocation(wallet integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
    counted wallet_versions;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('plings wallet'), wallet); -- as line_up does
    UPDATE wallet_versions SET
        current_daily_allocations = CASE WHEN last_reset_date = today THEN current_daily_allocations + 1 ELSE 1 END,
        last_reset_date = today
    WHERE version_id = wallet
    RETURNING * INTO counted;
    IF counted.status IS DISTINCT FROM 'active' THEN
        RAISE EXCEPTION 'wallet % is not active', wallet USING ERRCODE = 'PL003', HINT = 'wallet_closed';
    END IF;
    IF counted.current_daily_allocations > counted.daily_allocation_limit THEN
        RAISE EXCEPTION 'wallet % has given % allocations today, its limit',
            counted.version_name, counted.daily_allocation_limit USING ERRCODE = 'PL005', HINT = 'daily_limit';
    END IF;
    INSERT INTO wallet_health_metrics (wallet_version, metric_date, allocations_count) VALUES (wallet, today, 1)
    ON CONFLICT (wallet_version, metric_date)
        DO UPDATE SET allocations_count = wallet_health_metrics.allocations_count + 1;
END
$$;

-- Notes verifications done elsewhere: how many, how many failed, and how long they took on average.
CREATE FUNCTION note_health(wallet integer, verifications integer, errors integer, response_time_ms integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = registry, pg_temp
AS $$
    INSERT INTO wallet_health_metrics AS known
        (wallet_version, metric_date, verifications_count, error_count, average_response_time_ms)
    VALUES (wallet, (now() AT TIME ZONE 'UTC')::date, verifications, errors, response_time_ms)
    ON CONFLICT (wallet_version, metric_date) DO UPDATE SET
        average_response_time_ms = (
            coalesce(known.average_response_time_ms, 0)::bigint * known.verifications_count
            + excluded.average_response_time_ms::bigint * excluded.verifications_count
        ) / greatest(1, known.verifications_count + excluded.verifications_count),
        verifications_count = known.verifications_count + excluded.verifications_count,
        error_count = known.error_count + excluded.error_count
$$;
