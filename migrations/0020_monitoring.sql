-- Monitoring: what looks wrong in all that was indexed. A look counts what came since the one before, and takes off what
-- was undone meanwhile; nothing here is truth, and a full look makes all of it again. See docs/monitoring.md.

-- By address, in four bytes an entry: what has the same hash is compared.
DO $$
BEGIN
    -- Before PostgreSQL 18 there is none. Who goes from 17 to 18 makes the index anew with the database's own.
    IF current_setting('server_version_num')::integer < 180000 THEN
        EXECUTE 'CREATE FUNCTION hashbytea(bytes bytea) RETURNS integer
                 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN hashtext(encode(bytes, ''hex''))';
        EXECUTE 'REVOKE ALL ON FUNCTION hashbytea(bytea) FROM PUBLIC';
        EXECUTE 'GRANT EXECUTE ON FUNCTION hashbytea(bytea) TO plings_application';
    END IF;
END
$$;
CREATE INDEX objects_address ON objects (hashbytea(address));

-- How much of something is too much, for each pattern.
CREATE TABLE monitoring_thresholds (
    pattern text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    value bigint NOT NULL,
    default_value bigint NOT NULL,
    least bigint NOT NULL,
    most bigint NOT NULL,
    meaning text NOT NULL,
    PRIMARY KEY (pattern, name),
    CONSTRAINT threshold_range CHECK (value BETWEEN least AND most)
);
INSERT INTO monitoring_thresholds (pattern, name, value, default_value, least, most, meaning)
SELECT pattern, name, usual, usual, least, most, meaning FROM (VALUES
    ('address_on_paths', 'enabled', 1, 0, 1, 'whether it is looked for'),
    ('address_on_paths', 'paths', 2, 2, 1000, 'one address on so many paths'),
    ('malformed_address', 'enabled', 1, 0, 1, 'whether it is looked for'),
    ('unusual_path', 'enabled', 1, 0, 1, 'whether it is looked for'),
    ('unusual_path', 'registered_classes', 1, 1, 1000000,
        'a class that is not registered is unusual for who has registered so many'),
    ('pointer_on_paths', 'enabled', 1, 0, 1, 'whether it is looked for'),
    ('pointer_on_paths', 'paths', 2, 2, 1000, 'one class pointer on the paths of so many classes'),
    ('impossible_rate', 'enabled', 1, 0, 1, 'whether it is looked for'),
    ('impossible_rate', 'object_payments', 10, 2, 1000, 'so many payments for one object, in object_seconds'),
    ('impossible_rate', 'object_seconds', 60, 1, 3600, 'in how many seconds'),
    ('impossible_rate', 'batch_payments', 6000, 2, 1000000000, 'so many for objects of one batch, in batch_seconds'),
    ('impossible_rate', 'batch_seconds', 60, 10, 3600, 'in how many seconds, counted in tens'),
    ('impossible_rate', 'manufacturer_payments', 120000, 2, 1000000000,
        'so many for objects of one manufacturer, in manufacturer_seconds'),
    ('impossible_rate', 'manufacturer_seconds', 60, 10, 3600, 'in how many seconds, counted in tens'),
    ('copied_code', 'enabled', 1, 0, 1, 'whether it is looked for'),
    ('copied_code', 'wallets', 3, 2, 1000, 'one code paid for by so many wallets, in seconds'),
    ('copied_code', 'seconds', 86400, 1, 31536000, 'in how many seconds'),
    ('copied_code', 'at_once_wallets', 2, 2, 1000, 'one code paid for by so many wallets, in at_once_seconds'),
    ('copied_code', 'at_once_seconds', 3, 0, 3600, 'in how many seconds: too few for one object to change hands'),
    ('every', 'open_alerts', 100, 1, 10000, 'a pattern raises no further alert while so many of it are open')
) AS each (pattern, name, usual, least, most, meaning);

CREATE FUNCTION guard_thresholds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_super_admin();
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON monitoring_thresholds FOR EACH ROW EXECUTE FUNCTION guard_thresholds();
CREATE TRIGGER fixed BEFORE UPDATE ON monitoring_thresholds
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('pattern', 'name', 'default_value', 'least', 'most', 'meaning');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON monitoring_thresholds EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER UPDATE ON monitoring_thresholds FOR EACH ROW EXECUTE FUNCTION note_change();

-- How far was looked, by transactions' numbers: they become visible in their order, as one indexer writes at a time.
CREATE TABLE monitoring_state (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    looked_through bigint NOT NULL DEFAULT 0,
    looked_at timestamptz,
    -- of the counts by time, those before are gone
    kept_from_unix bigint NOT NULL DEFAULT 0
);
INSERT INTO monitoring_state DEFAULT VALUES;

-- Facts that are no more: their slot was dropped, or a fuller copy of the transaction came. Taken off by the next look.
CREATE TABLE monitoring_undone (
    transaction_no bigint NOT NULL,
    timestamp_unix bigint NOT NULL,
    is_payment boolean NOT NULL,
    -- NULL where it was not about an object
    class_pointer bigint,
    address bytea,
    path text COLLATE "C"
);
CREATE INDEX monitoring_undone_no ON monitoring_undone (transaction_no);

CREATE FUNCTION note_undone_leaves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO monitoring_undone
    SELECT g.transaction_no, g.timestamp_unix, g.kind IN (1, 3), o.class_pointer, o.address, o.path
    FROM gone AS g JOIN objects AS o USING (object_no);
    RETURN NULL;
END
$$;
CREATE FUNCTION note_undone_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO monitoring_undone
    SELECT g.transaction_no, g.block_time_unix, g.name IN ('ObjectCreated', 'ObjectPurchased'), o.class_pointer,
        o.address, o.path
    FROM gone AS g LEFT JOIN objects AS o USING (object_no);
    RETURN NULL;
END
$$;
CREATE TRIGGER undone AFTER DELETE ON payment_leaves REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION note_undone_leaves();
CREATE TRIGGER undone AFTER DELETE ON chain_events REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION note_undone_events();

-- Payments for objects, wherever their owner is kept.
CREATE VIEW monitored_payments AS
SELECT object_no, transaction_no, actor AS wallet, timestamp_unix FROM payment_leaves
WHERE kind IN (1, 3) AND NOT is_outranked
UNION ALL
SELECT object_no, transaction_no, owner, block_time_unix FROM chain_events
WHERE object_no IS NOT NULL AND name IN ('ObjectCreated', 'ObjectPurchased');

-- How many facts are about a class, as its pointer and its path name it.
CREATE TABLE monitoring_classes (
    class_pointer bigint NOT NULL,
    class_path text COLLATE "C" NOT NULL,
    facts bigint NOT NULL,
    -- the number of a transaction that is about it
    example_no bigint,
    PRIMARY KEY (class_pointer, class_path)
);

-- Payments of each ten seconds, of a batch by its path and of a manufacturer by its prefix; for some hours.
CREATE TABLE monitoring_rates (
    scope text COLLATE "C" NOT NULL,
    bucket_unix bigint NOT NULL,
    payments bigint NOT NULL,
    PRIMARY KEY (scope, bucket_unix)
);

-- What was found, once for each key. The alert is what people are told; here is what it rests on by now.
CREATE TABLE monitoring_findings (
    pattern text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    severity text NOT NULL,
    message prose NOT NULL,
    details jsonb NOT NULL,
    -- numbers of the transactions that show it, not all where there are many
    evidence bigint[] NOT NULL,
    -- the newest of all that did so far
    newest_no bigint NOT NULL,
    is_provisional boolean NOT NULL,
    -- NULL where too many alerts of the pattern were open
    alert_id uuid,
    organization_id uuid,
    found_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    -- since when all that it rested on is undone
    withdrawn_at timestamptz,
    PRIMARY KEY (pattern, key)
);
CREATE INDEX monitoring_findings_evidence ON monitoring_findings USING gin (evidence);
CREATE INDEX monitoring_findings_provisional ON monitoring_findings (pattern) WHERE is_provisional;

-- An alert that was raised for what is undone is marked, and goes to the webhook once more. It is not in the way of
-- another of its key: if the same comes again, it is raised again.
ALTER TABLE system_alerts ADD COLUMN withdrawn_at timestamptz;
DROP INDEX system_alerts_key;
CREATE UNIQUE INDEX system_alerts_key ON system_alerts (alert_type, key)
    WHERE resolved_at IS NULL AND withdrawn_at IS NULL;

CREATE OR REPLACE FUNCTION raise_alert(
    alert_type text, severity text, message text, details jsonb, key text DEFAULT NULL, organization uuid DEFAULT NULL
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = registry, pg_temp
AS $$
    INSERT INTO system_alerts (alert_type, severity, message, details, key, organization_id)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (alert_type, key) WHERE resolved_at IS NULL AND withdrawn_at IS NULL DO NOTHING
$$;

CREATE FUNCTION withdraw_alerts(alerts uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_platform_role();
    UPDATE system_alerts SET withdrawn_at = now(), delivered_at = NULL, next_attempt_at = now()
    WHERE id = ANY (alerts) AND withdrawn_at IS NULL AND alert_type LIKE 'MONITOR\_%';
END
$$;

GRANT SELECT, UPDATE (value) ON monitoring_thresholds TO plings_application;
GRANT SELECT ON monitored_payments TO plings_application;
GRANT SELECT, UPDATE ON monitoring_state TO plings_application;
GRANT SELECT, DELETE ON monitoring_undone TO plings_application;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON monitoring_classes, monitoring_rates TO plings_application;
GRANT SELECT, INSERT, UPDATE ON monitoring_findings TO plings_application;
REVOKE ALL ON FUNCTION withdraw_alerts(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION withdraw_alerts(uuid[]) TO plings_application;
