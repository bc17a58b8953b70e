-- Who sees and does what. `plings_application` is the platform's own, and the guards above decide for whom it acts;
-- `plings_manufacturer` is what each manufacturer's own role is a member of, and sees the rows of its organisation.

DO $$
DECLARE
    one record;
BEGIN
    EXECUTE format('GRANT plings_application TO %I', current_user);
    REVOKE ALL ON SCHEMA registry FROM PUBLIC;
    -- What later migrations make is nobody's until they give it. Of one schema alone this cannot be said.
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA registry FROM PUBLIC;
    FOR one IN
        SELECT oid::regprocedure::text AS name, provolatile = 'i' AS is_pure FROM pg_proc
        -- Not what triggers run: on a table of one's own it would do as the owner what it does on ours.
        WHERE pronamespace = 'registry'::regnamespace AND prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO plings_application', one.name);
        IF one.is_pure THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO plings_manufacturer', one.name);
        END IF;
    END LOOP;
END
$$;
GRANT USAGE ON SCHEMA registry TO plings_application, plings_manufacturer;
-- These are for guards, which run as the owner.
REVOKE EXECUTE ON FUNCTION
    spend_approval(text, jsonb), count_allocation(integer), pointer_taken(bigint, text, text, uuid)
FROM plings_application;
-- What defaults, policies and views call for a manufacturer's role, and what it may do itself.
GRANT EXECUTE ON FUNCTION
    new_id(), effective_role(), named_user(), acting_user(), acts_as_super_admin(), is_platform_role(),
    role_organization(), seen_organizations(),
    allocate_next(text, integer, text, text), line_up(integer), next_child(text), path_is_free(text, integer, integer),
    transfer_allocation(uuid, integer), successor(integer, integer, integer), find_successor(integer, integer, integer),
    insert_class_pointer_with_global_check(text, text, uuid), get_product_by_pointer(text),
    collision_way_out(text, text), resolve_class_pointer_collision(text, uuid)
TO plings_manufacturer;

GRANT SELECT ON ALL TABLES IN SCHEMA registry TO plings_application;
GRANT INSERT, UPDATE ON
    users, organizations, organization_members, manufacturer_registry, manufacturer_lineage, path_registry,
    manufacturer_path_schemas, path_level_values, object_classes, class_pointers, object_instances
TO plings_application;
-- Not the day's count, nor that a request was carried out: the functions that do it write these, as the owner.
GRANT INSERT, UPDATE (description, security_level, status, is_default, daily_allocation_limit) ON wallet_versions
TO plings_application;
GRANT INSERT, UPDATE (withdrawn_at) ON approval_requests TO plings_application;
GRANT INSERT ON approvals TO plings_application;
GRANT UPDATE (resolved_at) ON system_alerts TO plings_application;
GRANT DELETE ON organization_members TO plings_application;

GRANT SELECT ON
    organizations, organization_members, manufacturer_registry, manufacturer_lineage, path_registry,
    manufacturer_path_schemas, path_level_values, object_classes, object_instances, system_alerts,
    collision_resolutions, class_pointers_as_text, allocation_statistics, manufacturer_operations
TO plings_manufacturer;
GRANT SELECT (id, email, is_active) ON users TO plings_manufacturer;
GRANT SELECT (version_id, version_name, environment, status, is_default) ON wallet_versions TO plings_manufacturer;
GRANT INSERT, UPDATE ON path_registry, manufacturer_path_schemas, path_level_values, object_classes
TO plings_manufacturer;
-- Alerts about itself, by its own admins: see guard_alerts.
GRANT UPDATE (resolved_at) ON system_alerts TO plings_manufacturer;
-- Who opens a registry looks first whether it is of the same version.
GRANT SELECT (number, digest) ON migrations TO plings_manufacturer;

-- Not class_pointers: COPY does not go into a table with policies. Manufacturers see theirs in class_pointers_as_text
-- and add to them by insert_class_pointer_with_global_check.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT * FROM (VALUES
            ('organizations', 'id = (SELECT role_organization())'),
            ('organization_members', 'organization_id = (SELECT role_organization())'),
            ('users', 'id IN (SELECT user_id FROM organization_members)'),
            ('manufacturer_registry', 'organization_id = (SELECT role_organization())'),
            ('manufacturer_lineage', '(current_wallet_version, current_manufacturer_index) IN
                (SELECT wallet_version, manufacturer_index FROM manufacturer_registry)'),
            ('path_registry', 'organization_id = (SELECT role_organization())'),
            ('manufacturer_path_schemas',
                '(wallet_version, manufacturer_index) IN (SELECT wallet_version, manufacturer_index FROM manufacturer_registry)'),
            ('path_level_values',
                '(wallet_version, manufacturer_index) IN (SELECT wallet_version, manufacturer_index FROM manufacturer_registry)'),
            ('object_classes', 'manufacturer_organization_id = (SELECT role_organization())'),
            ('object_instances', 'class_id IN (SELECT id FROM object_classes)'),
            ('system_alerts', 'organization_id = (SELECT role_organization())'),
            ('collision_resolutions', 'organization_id = (SELECT role_organization())')
        ) AS own (table_name, rule)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one.table_name);
        EXECUTE format('CREATE POLICY platform ON %I TO plings_application USING (true) WITH CHECK (true)', one.table_name);
        EXECUTE format('CREATE POLICY own_rows ON %I TO plings_manufacturer USING (%s) WITH CHECK (%s)',
            one.table_name, one.rule, one.rule);
    END LOOP;
END
$$;
