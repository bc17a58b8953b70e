-- What somebody must look at. Each alert wakes who listens on `plings_alerts`, and goes to a webhook by
-- `plings registry alerts deliver`, which notes it here: at least once, and again for as long as it fails.

CREATE TABLE system_alerts (
    id uuid PRIMARY KEY DEFAULT new_id(),
    alert_type text NOT NULL CONSTRAINT alert_type_form CHECK (alert_type ~ '^[A-Z][A-Z0-9_]{2,60}$'),
    severity text NOT NULL CONSTRAINT alert_severity CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    message prose NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    -- alerts of one key are one alert until it is resolved
    key text,
    organization_id uuid REFERENCES organizations,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- tells who listens what is new since a snapshot; times cannot, since who began first may commit last
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    resolved_at timestamptz,
    resolved_by uuid REFERENCES users,
    delivered_at timestamptz,
    delivery_attempts integer NOT NULL DEFAULT 0,
    delivery_error prose,
    next_attempt_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX system_alerts_key ON system_alerts (alert_type, key) WHERE resolved_at IS NULL;
CREATE INDEX system_alerts_open ON system_alerts (created_at) WHERE resolved_at IS NULL;
CREATE INDEX system_alerts_undelivered ON system_alerts (next_attempt_at) WHERE delivered_at IS NULL;
CREATE INDEX system_alerts_transaction ON system_alerts (transaction_id);

-- That there is one, and no more: every role of this database can listen.
CREATE FUNCTION tell_alert() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM pg_notify('plings_alerts', NEW.id::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT ON system_alerts FOR EACH ROW EXECUTE FUNCTION tell_alert();

-- Resolved once, by a super-admin or who looks after the organisation that it is about.
CREATE FUNCTION guard_alerts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    IF NEW.resolved_at IS NOT DISTINCT FROM OLD.resolved_at THEN
        NEW.resolved_by := OLD.resolved_by;
        RETURN NEW;
    END IF;
    IF OLD.organization_id IS NULL THEN
        PERFORM require_super_admin();
    ELSE
        PERFORM require_organization_admin(OLD.organization_id);
    END IF;
    IF OLD.resolved_at IS NOT NULL THEN
        RAISE EXCEPTION 'the alert is resolved' USING ERRCODE = 'PL003', HINT = 'resolved';
    END IF;
    NEW.resolved_at := now();
    NEW.resolved_by := acting_user();
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON system_alerts FOR EACH ROW EXECUTE FUNCTION guard_alerts();
CREATE TRIGGER fixed BEFORE UPDATE ON system_alerts FOR EACH ROW EXECUTE FUNCTION refuse_changes(
    'id', 'alert_type', 'severity', 'message', 'details', 'key', 'organization_id', 'created_at', 'transaction_id'
);
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON system_alerts EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER UPDATE OF resolved_at ON system_alerts FOR EACH ROW EXECUTE FUNCTION note_change();

-- Raises an alert, once for each key while it is open.
CREATE FUNCTION raise_alert(
    alert_type text, severity text, message text, details jsonb, key text DEFAULT NULL, organization uuid DEFAULT NULL
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = registry, pg_temp
AS $$
    INSERT INTO system_alerts (alert_type, severity, message, details, key, organization_id)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (alert_type, key) WHERE resolved_at IS NULL DO NOTHING
$$;

-- The organisations whose affairs whoever acts may look at, besides super-admins, who may look at all.
CREATE FUNCTION seen_organizations() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    IF role_organization() IS NOT NULL THEN
        RETURN QUERY SELECT role_organization();
    ELSE
        RETURN QUERY SELECT organization_id FROM organization_members WHERE user_id = acting_user();
    END IF;
END
$$;

CREATE FUNCTION require_platform_role() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    IF NOT is_platform_role() THEN
        RAISE EXCEPTION 'only the platform may do this' USING ERRCODE = 'PL001', HINT = 'platform';
    END IF;
END
$$;

-- Takes alerts that are due for delivery, those that wait longest first. Each is due again after a wait that doubles
-- every time, whatever becomes of this attempt: so nobody else takes it meanwhile, and a killed one's comes up again.
CREATE FUNCTION claim_alerts(most integer, first_wait interval, longest_wait interval) RETURNS SETOF system_alerts
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_platform_role();
    RETURN QUERY
    UPDATE system_alerts AS alert SET
        delivery_attempts = alert.delivery_attempts + 1,
        next_attempt_at = now() + least(longest_wait, first_wait * 2 ^ least(alert.delivery_attempts, 20))
    WHERE alert.id IN (
        SELECT due.id FROM system_alerts AS due WHERE due.delivered_at IS NULL AND due.next_attempt_at <= now()
        ORDER BY due.next_attempt_at, due.id LIMIT most
        FOR UPDATE SKIP LOCKED
    )
    RETURNING alert.*;
END
$$;

-- What became of an attempt: NULL where it was delivered.
CREATE FUNCTION note_delivery(alert uuid, failure text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_platform_role();
    UPDATE system_alerts
    SET delivered_at = CASE WHEN failure IS NULL THEN now() END, delivery_error = failure
    WHERE id = alert AND delivered_at IS NULL;
END
$$;
