-- From paths with dash class markers (2.G.2.2.-3.7P.9j) to classes, pointers and paths without: docs/decisions/0025.
-- What was printed before keeps resolving by these rows. Who looks after a manufacturer's paths migrates them.

-- How far a manufacturer is: its legacy paths are taken in, they have classes and places, their pointers are registered.
CREATE TABLE dash_migrations (
    wallet_version integer NOT NULL,
    manufacturer_index integer NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations,
    phase text NOT NULL CONSTRAINT dash_phase CHECK (phase IN ('taken', 'classes', 'pointers')),
    objects bigint NOT NULL DEFAULT 0 CONSTRAINT dash_count CHECK (objects >= 0),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (wallet_version, manufacturer_index),
    FOREIGN KEY (wallet_version, manufacturer_index) REFERENCES manufacturer_registry (wallet_version, manufacturer_index)
);

-- Each legacy path of a class, marker and all, and where it goes. Two never go to one place.
CREATE TABLE dash_classes (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    wallet_version integer NOT NULL,
    manufacturer_index integer NOT NULL,
    old_path text COLLATE "C" NOT NULL CONSTRAINT dash_old_path UNIQUE CONSTRAINT dash_path_form CHECK (
        -- one marker, after wallet and manufacturer; without its dash it is a path
        old_path ~ '^[^-]+\.[^-.]+\.(?:[^-]+\.)?-[^-]+$' AND is_path(replace(old_path, '-', ''), 3, 14, 92)
    ),
    marker text COLLATE "C" NOT NULL GENERATED ALWAYS AS (substring(old_path FROM '-[^.]+')) STORED,
    new_path text COLLATE "C" CONSTRAINT dash_new_path UNIQUE
        CONSTRAINT dash_new_path_form CHECK (is_path(new_path, 2, 14, 92)),
    is_chosen boolean NOT NULL DEFAULT false,
    is_live boolean NOT NULL DEFAULT false, -- its codes resolve
    pointer_is_ours boolean NOT NULL DEFAULT false, -- was not active before it was registered for this
    class_id uuid REFERENCES object_classes,
    CONSTRAINT dash_path_is_its_maker_s CHECK (
        path_number(replace(old_path, '-', ''), 1) = wallet_version
        AND path_number(replace(old_path, '-', ''), 2) = manufacturer_index
        AND starts_with(new_path || '.', split_part(old_path, '.', 1) || '.' || split_part(old_path, '.', 2) || '.')
    ),
    FOREIGN KEY (wallet_version, manufacturer_index) REFERENCES dash_migrations
);
CREATE INDEX idx_dash_class_maker ON dash_classes (wallet_version, manufacturer_index, old_path);

-- Each object: what was printed as its instance key, and the address of its new path, as far as they are known.
CREATE TABLE dash_objects (
    dash_class integer NOT NULL REFERENCES dash_classes,
    batch integer NOT NULL CONSTRAINT dash_batch CHECK (batch >= 0),
    instance integer NOT NULL CONSTRAINT dash_instance CHECK (instance >= 0),
    instance_key text COLLATE "C" CONSTRAINT dash_key_form CHECK (instance_key ~ '^[1-9A-HJ-NP-Za-km-z]{32,64}$'),
    address text COLLATE "C" CONSTRAINT dash_address_form CHECK (address ~ '^[1-9A-HJ-NP-Za-km-z]{32,44}$'),
    PRIMARY KEY (dash_class, batch, instance)
);
CREATE INDEX idx_dash_objects_without_address ON dash_objects (dash_class) WHERE address IS NULL;

CREATE FUNCTION guard_dash() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    one record := coalesce(NEW, OLD);
BEGIN
    PERFORM require_organization_admin((
        SELECT organization_id FROM manufacturer_registry
        WHERE (wallet_version, manufacturer_index) = (one.wallet_version, one.manufacturer_index)
    ));
    RETURN one;
END
$$;
CREATE FUNCTION stamp_dash() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    NEW.organization_id := (
        SELECT organization_id FROM manufacturer_registry
        WHERE (wallet_version, manufacturer_index) = (NEW.wallet_version, NEW.manufacturer_index)
    );
    NEW.changed_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON dash_migrations FOR EACH ROW EXECUTE FUNCTION guard_dash();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON dash_migrations FOR EACH ROW EXECUTE FUNCTION stamp_dash();
CREATE TRIGGER fixed BEFORE UPDATE ON dash_migrations
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('wallet_version', 'manufacturer_index');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON dash_migrations FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON dash_classes FOR EACH ROW EXECUTE FUNCTION guard_dash();
CREATE TRIGGER fixed BEFORE UPDATE ON dash_classes
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('wallet_version', 'manufacturer_index', 'old_path');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON dash_classes FOR EACH ROW EXECUTE FUNCTION note_change();

-- Objects come by the million, so who may is asked once for all of a statement; how many there are is in the trail.
CREATE FUNCTION guard_dash_objects() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    organization uuid;
BEGIN
    FOR organization IN
        SELECT DISTINCT maker.organization_id FROM (SELECT DISTINCT dash_class FROM changed) AS one
        JOIN dash_classes AS class ON class.id = one.dash_class
        JOIN manufacturer_registry AS maker USING (wallet_version, manufacturer_index)
    LOOP
        PERFORM require_organization_admin(organization);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER guard_added AFTER INSERT ON dash_objects REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION guard_dash_objects();
CREATE TRIGGER guard_changed AFTER UPDATE ON dash_objects REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION guard_dash_objects();
CREATE TRIGGER guard_removed AFTER DELETE ON dash_objects REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION guard_dash_objects();

-- What a legacy path is by now. Public, as a product is by its pointer; nothing of a class whose pointer is not registered.
CREATE FUNCTION resolve_dash_path(old_class_path text, batch_number integer, instance_number integer) RETURNS TABLE (
    new_path text, class_pointer text, class_id uuid, instance_key text, address text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
    SELECT class.new_path || '.' || segment_text(object.batch) || '.' || segment_text(object.instance),
        pointer_text(class_pointer_of(maker.ed25519_public_key, class.new_path)), class.class_id,
        object.instance_key, object.address
    FROM dash_classes AS class
    JOIN manufacturer_registry AS maker USING (wallet_version, manufacturer_index)
    JOIN dash_objects AS object ON object.dash_class = class.id
    WHERE class.old_path = old_class_path AND class.is_live
        AND object.batch = batch_number AND object.instance = instance_number
$$;

REVOKE ALL ON FUNCTION
    guard_dash(), stamp_dash(), guard_dash_objects(), resolve_dash_path(text, integer, integer)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_dash_path(text, integer, integer) TO plings_application;
GRANT SELECT, INSERT, UPDATE, DELETE ON dash_migrations, dash_classes, dash_objects TO plings_application;
