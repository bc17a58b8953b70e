-- Every change: who, what, before, after. Rows come from triggers that run as the schema's owner; nobody else can
-- write one, and nobody at all can change or remove one without first altering the table.

CREATE TABLE audit_trail (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    database_user name NOT NULL DEFAULT session_user,
    database_role name NOT NULL,
    user_id uuid,
    table_name name NOT NULL,
    operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE', 'LOAD')),
    before jsonb,
    after jsonb
);
CREATE INDEX audit_trail_at ON audit_trail (at);
CREATE INDEX audit_trail_user ON audit_trail (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_trail_table ON audit_trail (table_name, id);

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail EXECUTE FUNCTION refuse_removal();

CREATE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO audit_trail (database_role, user_id, table_name, operation, before, after)
    VALUES (
        effective_role(),
        (SELECT id FROM users WHERE id = named_user()),
        -- of a partition, the table that it is one of
        coalesce((SELECT relname FROM pg_class WHERE oid = pg_partition_root(TG_RELID)), TG_TABLE_NAME),
        TG_OP,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END
    );
    RETURN NULL;
END
$$;

CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON organizations FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON organization_members
    FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON settings FOR EACH ROW EXECUTE FUNCTION note_change();
