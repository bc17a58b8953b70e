-- Pictures of classes, one each, for whoever scans a code. Who writes one here by hand is held to the form that
-- plings.pictures gives it; what else is in the file, who sends it on looks at.

CREATE TABLE class_pictures (
    class_id uuid PRIMARY KEY REFERENCES object_classes,
    -- WebP does not compress
    body bytea STORAGE EXTERNAL NOT NULL
        CONSTRAINT picture_bytes CHECK (octet_length(body) BETWEEN 30 AND 20000)
        -- A RIFF file to its last byte, with one lossy picture, or that and its transparency alone.
        CONSTRAINT picture_form CHECK (
            substr(body, 1, 4) = 'RIFF' AND substr(body, 9, 4) = 'WEBP' AND substr(body, 7, 2) = '\x0000'
            AND get_byte(body, 4) + 256 * get_byte(body, 5) = octet_length(body) - 8
            AND (substr(body, 13, 4) = 'VP8 ' OR substr(body, 13, 4) = 'VP8X' AND substr(body, 21, 4) = '\x10000000')
        ),
    -- what it is asked for by
    digest bytea NOT NULL GENERATED ALWAYS AS (sha256(body)) STORED,
    width_pixels integer NOT NULL,
    height_pixels integer NOT NULL,
    created_by uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    -- Those of its header, since pages keep room by them. They are checked in the order of their names: it has one.
    CONSTRAINT picture_sides CHECK (
        width_pixels BETWEEN 1 AND 480 AND height_pixels BETWEEN 1 AND 480 AND CASE substr(body, 13, 4)
            WHEN 'VP8 ' THEN width_pixels = get_byte(body, 26) + 256 * get_byte(body, 27)
                AND height_pixels = get_byte(body, 28) + 256 * get_byte(body, 29)
            ELSE width_pixels = get_byte(body, 24) + 256 * get_byte(body, 25) + 1
                AND height_pixels = get_byte(body, 27) + 256 * get_byte(body, 28) + 1
                AND get_byte(body, 26) + get_byte(body, 29) = 0
        END
    )
);
CREATE INDEX idx_class_picture_digest ON class_pictures (digest);

CREATE FUNCTION guard_class_pictures() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    class CONSTANT uuid := coalesce(NEW.class_id, OLD.class_id);
BEGIN
    PERFORM require_organization_admin((SELECT manufacturer_organization_id FROM object_classes WHERE id = class));
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := acting_user();
        NEW.created_at := now();
    END IF;
    NEW.changed_by := acting_user();
    NEW.changed_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON class_pictures
    FOR EACH ROW EXECUTE FUNCTION guard_class_pictures();
CREATE TRIGGER fixed BEFORE UPDATE ON class_pictures
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('class_id', 'created_by', 'created_at');
CREATE TRIGGER kept BEFORE TRUNCATE ON class_pictures EXECUTE FUNCTION refuse_removal();

-- The trail is never shortened: it holds the digest, which tells whether a file was it, and not the file.
CREATE FUNCTION note_picture_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    INSERT INTO audit_trail (database_role, user_id, table_name, operation, before, after)
    VALUES (
        effective_role(), (SELECT id FROM users WHERE id = named_user()), TG_TABLE_NAME, TG_OP,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'body' END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'body' END
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON class_pictures
    FOR EACH ROW EXECUTE FUNCTION note_picture_change();

REVOKE ALL ON FUNCTION guard_class_pictures(), note_picture_change() FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON class_pictures TO plings_application, plings_manufacturer;

ALTER TABLE class_pictures ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON class_pictures TO plings_application USING (true) WITH CHECK (true);
CREATE POLICY own_rows ON class_pictures TO plings_manufacturer
    USING (class_id IN (SELECT id FROM object_classes)) WITH CHECK (class_id IN (SELECT id FROM object_classes));
