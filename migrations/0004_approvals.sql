-- What takes several people: an action with its exact facts is requested, approved by different super-admins, and
-- carried out once. The database itself compares what is done with what was approved.

CREATE TABLE approval_requests (
    id uuid PRIMARY KEY DEFAULT new_id(),
    action text NOT NULL CONSTRAINT approval_action
        CHECK (action IN ('create_wallet', 'change_default_wallet', 'grant_super_admin')),
    facts jsonb NOT NULL CONSTRAINT facts_object CHECK (jsonb_typeof(facts) = 'object')
        CONSTRAINT facts_length CHECK (octet_length(facts::text) <= 4000),
    reason prose NOT NULL,
    requested_by uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    requested_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    carried_out_at timestamptz,
    carried_out_by uuid REFERENCES users
);
CREATE INDEX approval_requests_open ON approval_requests (requested_at)
    WHERE carried_out_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE approvals (
    request_id uuid NOT NULL REFERENCES approval_requests,
    user_id uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    approved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (request_id, user_id)
);

-- Only as oneself, only while it is open. What was requested, by whom and when is not for the requester to say.
CREATE FUNCTION guard_approval_requests() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_super_admin();
    IF TG_OP = 'INSERT' THEN
        NEW.requested_by := acting_user();
        NEW.requested_at := now();
        NEW.withdrawn_at := NULL;
        NEW.carried_out_at := NULL;
        NEW.carried_out_by := NULL;
    ELSIF OLD.carried_out_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN
        RAISE EXCEPTION 'the request is closed' USING ERRCODE = 'PL004', HINT = 'closed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approval_requests
    FOR EACH ROW EXECUTE FUNCTION guard_approval_requests();
CREATE TRIGGER fixed BEFORE UPDATE ON approval_requests
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('id', 'action', 'facts', 'reason', 'requested_by', 'requested_at');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON approval_requests EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON approval_requests FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE FUNCTION guard_approvals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_super_admin();
    NEW.user_id := acting_user();
    NEW.approved_at := now();
    IF NOT EXISTS (
        SELECT FROM approval_requests
        WHERE id = NEW.request_id AND carried_out_at IS NULL AND withdrawn_at IS NULL
        FOR SHARE
    ) THEN
        RAISE EXCEPTION 'there is no open request %', NEW.request_id USING ERRCODE = 'PL004', HINT = 'closed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION guard_approvals();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON approvals EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION note_change();

-- How many of those who approved are still super-admins.
CREATE FUNCTION standing_approvals(request uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, pg_temp
AS $$
    SELECT count(*)::integer FROM approvals JOIN users ON users.id = approvals.user_id
    WHERE request_id = request AND is_super_admin AND is_active
$$;

-- Spends an approval of exactly these facts, or refuses. Called by the guards of what needs one.
CREATE FUNCTION spend_approval(wanted_action text, wanted_facts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    needed settings;
    request uuid;
BEGIN
    PERFORM require_read_committed();
    PERFORM require_super_admin();
    SELECT * INTO needed FROM settings;
    FOR request IN
        SELECT id FROM approval_requests
        WHERE action = wanted_action AND facts = wanted_facts AND carried_out_at IS NULL AND withdrawn_at IS NULL
            AND requested_at > now() - make_interval(hours => needed.approval_valid_hours)
        ORDER BY requested_at
        FOR UPDATE
    LOOP
        IF standing_approvals(request) >= needed.approvals_needed THEN
            UPDATE approval_requests SET carried_out_at = now(), carried_out_by = acting_user() WHERE id = request;
            RETURN;
        END IF;
    END LOOP;
    RAISE EXCEPTION '% needs % approvals by different super-admins of exactly %',
        wanted_action, needed.approvals_needed, wanted_facts USING ERRCODE = 'PL004', HINT = 'approvals';
END
$$;

-- Super-admins are made by super-admins. Until there are as many as an approval takes, no approval is possible, so
-- the first are made freely; later ones need approval, or one person would make accounts to approve with.
CREATE FUNCTION guard_users() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    super_admins integer;
BEGIN
    PERFORM require_read_committed();
    PERFORM pg_advisory_xact_lock(hashtext('plings users'));
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := now();
    END IF;
    SELECT count(*) INTO super_admins FROM users WHERE is_super_admin AND is_active;
    IF super_admins = 0 AND is_platform_role() THEN
        RETURN NEW;
    END IF;
    PERFORM require_super_admin();
    IF NEW.is_super_admin AND NEW.is_active
        AND (TG_OP = 'INSERT' OR NOT (OLD.is_super_admin AND OLD.is_active))
        AND super_admins >= (SELECT approvals_needed FROM settings) THEN
        PERFORM spend_approval('grant_super_admin', jsonb_build_object('email', NEW.email));
    END IF;
    -- Or one of them would put out the others and begin anew alone.
    IF TG_OP = 'UPDATE' AND OLD.is_super_admin AND OLD.is_active AND NOT (NEW.is_super_admin AND NEW.is_active)
        AND super_admins <= (SELECT approvals_needed FROM settings) THEN
        RAISE EXCEPTION 'as many super-admins stay as an approval takes' USING ERRCODE = 'PL004', HINT = 'too_few';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION guard_users();
CREATE TRIGGER fixed BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION refuse_changes('id', 'email', 'created_at');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON users EXECUTE FUNCTION refuse_removal();
