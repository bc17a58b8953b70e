-- Who works here, for whom, and what the database demands of them. Who acts is what the application says in
-- `plings.user_id`; a manufacturer's own database role can only act for its own organisation.

DO $$
BEGIN
    -- Ids in the order of their making keep indexes small; before PostgreSQL 18 there are none.
    IF current_setting('server_version_num')::integer >= 180000 THEN
        EXECUTE 'CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE RETURN uuidv7()';
    ELSE
        EXECUTE 'CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE RETURN gen_random_uuid()';
    END IF;
END
$$;

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT new_id(),
    email text COLLATE "C" NOT NULL UNIQUE
        CONSTRAINT email_form CHECK (email ~ '^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$' AND length(email) <= 254),
    is_super_admin boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organizations (
    id uuid PRIMARY KEY DEFAULT new_id(),
    name label NOT NULL,
    -- the role that its own people log in to the database with
    database_role name UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX organizations_name ON organizations (lower(name));

CREATE TABLE organization_members (
    organization_id uuid NOT NULL REFERENCES organizations,
    user_id uuid NOT NULL REFERENCES users,
    role text NOT NULL CONSTRAINT member_role CHECK (role IN ('owner', 'admin', 'member')),
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX organization_members_user ON organization_members (user_id);

-- One row: what the owner of the schema alone can change.
CREATE TABLE settings (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    approvals_needed smallint NOT NULL DEFAULT 2 CONSTRAINT several_people CHECK (approvals_needed BETWEEN 2 AND 10),
    approval_valid_hours integer NOT NULL DEFAULT 168 CONSTRAINT approval_valid CHECK (approval_valid_hours BETWEEN 1 AND 8760)
);
INSERT INTO settings DEFAULT VALUES;

-- The role in effect, also inside functions that run as their owner.
CREATE FUNCTION effective_role() RETURNS name
LANGUAGE sql STABLE
RETURN CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END;

-- The organisation whose database role is in effect, or NULL for the platform's own.
CREATE FUNCTION role_organization() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, pg_temp
AS $$ SELECT id FROM organizations WHERE database_role = effective_role() $$;

-- Whether the platform's own role is in effect, which is trusted to say who acts.
CREATE FUNCTION is_platform_role() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, pg_temp
AS $$ SELECT pg_has_role(effective_role(), 'plings_application', 'MEMBER') AND role_organization() IS NULL $$;

-- The user whom the application named, whoever that is; NULL where it named nobody.
CREATE FUNCTION named_user() RETURNS uuid
LANGUAGE sql STABLE
RETURN CASE WHEN current_setting('plings.user_id', true) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    THEN current_setting('plings.user_id', true)::uuid END;

-- Who acts: the user whom the application named. Refused: nobody, a stranger, one who left.
CREATE FUNCTION acting_user() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    found uuid;
BEGIN
    SELECT id INTO found FROM users WHERE id = named_user() AND is_active;
    IF found IS NULL THEN
        RAISE EXCEPTION 'no user acts: say who you are' USING ERRCODE = 'PL001', HINT = 'nobody_acts';
    END IF;
    RETURN found;
END
$$;

CREATE FUNCTION acts_as_super_admin() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, pg_temp
AS $$
    SELECT is_platform_role()
        AND coalesce((SELECT is_super_admin FROM users WHERE id = named_user() AND is_active), false)
$$;

CREATE FUNCTION require_super_admin() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM acting_user();
    IF NOT acts_as_super_admin() THEN
        RAISE EXCEPTION 'only a super-admin may do this' USING ERRCODE = 'PL001', HINT = 'super_admin';
    END IF;
END
$$;

-- Owners and admins of the organisation, and super-admins.
CREATE FUNCTION require_organization_admin(organization uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    actor uuid := acting_user();
BEGIN
    IF acts_as_super_admin() THEN
        RETURN;
    END IF;
    IF NOT is_platform_role() AND role_organization() IS DISTINCT FROM organization OR NOT EXISTS (
        SELECT FROM organization_members
        WHERE organization_id = organization AND user_id = actor AND role IN ('owner', 'admin')
    ) THEN
        RAISE EXCEPTION 'only an owner or admin of the organisation, or a super-admin, may do this'
            USING ERRCODE = 'PL001', HINT = 'organization_admin';
    END IF;
END
$$;

-- A guard that counts or looks for others must see those who were before it in line, which an older snapshot hides.
CREATE FUNCTION require_read_committed() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'this takes a transaction at READ COMMITTED' USING ERRCODE = 'PL003', HINT = 'isolation';
    END IF;
END
$$;

-- What must not change once it is there: TG_ARGV names the columns.
CREATE FUNCTION refuse_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
    column_name text;
    former CONSTANT jsonb := to_jsonb(OLD);
    changed CONSTANT jsonb := to_jsonb(NEW);
BEGIN
    FOREACH column_name IN ARRAY TG_ARGV LOOP
        IF changed -> column_name IS DISTINCT FROM former -> column_name THEN
            RAISE EXCEPTION '% of % does not change', column_name, TG_TABLE_NAME
                USING ERRCODE = 'PL002', HINT = 'immutable';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE FUNCTION refuse_removal() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME USING ERRCODE = 'PL002', HINT = 'never_removed';
END
$$;

-- A status only moves along the pairs `from>to` of TG_ARGV.
CREATE FUNCTION check_status_move() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
    IF NEW.status <> OLD.status AND NOT (OLD.status || '>' || NEW.status) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION '% cannot become %', OLD.status, NEW.status USING ERRCODE = 'PL003', HINT = 'status';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION guard_organizations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_super_admin();
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := now();
    END IF;
    -- Who acts for an organisation is nobody else's role: this would shut the platform out.
    IF NEW.database_role IS NOT NULL AND (
        NEW.database_role IN ('plings_application', 'plings_manufacturer') OR EXISTS (
            SELECT FROM pg_roles WHERE rolname = NEW.database_role AND pg_has_role(oid, 'plings_application', 'MEMBER')
        )
    ) THEN
        RAISE EXCEPTION 'role % is the platform''s', NEW.database_role USING ERRCODE = 'PL009', HINT = 'platform_role';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION guard_organizations();
CREATE TRIGGER fixed BEFORE UPDATE ON organizations FOR EACH ROW EXECUTE FUNCTION refuse_changes('id', 'created_at');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON organizations EXECUTE FUNCTION refuse_removal();

-- The first member is a super-admin's to add; then the organisation's admins look after it. Owners are made and
-- unmade by owners alone, so that an admin cannot put them out.
CREATE FUNCTION guard_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    organization uuid := coalesce(NEW.organization_id, OLD.organization_id);
BEGIN
    PERFORM require_organization_admin(organization);
    IF 'owner' IN (NEW.role, OLD.role) AND NOT acts_as_super_admin() AND NOT EXISTS (
        SELECT FROM organization_members
        WHERE organization_id = organization AND user_id = acting_user() AND role = 'owner'
    ) THEN
        RAISE EXCEPTION 'only an owner makes or unmakes owners' USING ERRCODE = 'PL001', HINT = 'organization_owner';
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.added_at := now();
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON organization_members
    FOR EACH ROW EXECUTE FUNCTION guard_members();
CREATE TRIGGER fixed BEFORE UPDATE ON organization_members
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('organization_id', 'user_id', 'added_at');
CREATE TRIGGER kept BEFORE TRUNCATE ON organization_members EXECUTE FUNCTION refuse_removal();
