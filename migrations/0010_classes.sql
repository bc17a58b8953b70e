-- Classes, which are products as a manufacturer sells them, and objects of them that somebody has seen.

CREATE TABLE object_classes (
    id uuid PRIMARY KEY DEFAULT new_id(),
    name label NOT NULL,
    description prose,
    sku label CONSTRAINT sku_length CHECK (char_length(sku) <= 100),
    gtin text COLLATE "C" CONSTRAINT gtin_form CHECK (gtin ~ '^([0-9]{8}|[0-9]{12,14})$'),
    manufacturer_organization_id uuid NOT NULL REFERENCES organizations,
    parent_class_id uuid REFERENCES object_classes,
    category label,
    subcategory label,
    created_by uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT class_status CHECK (status IN ('active', 'discontinued', 'archived')),
    price_currency text COLLATE "C" CONSTRAINT currency_form CHECK (price_currency ~ '^[A-Z]{3}$'),
    price_amount numeric(18, 4) CONSTRAINT price_range CHECK (price_amount BETWEEN 0 AND 99999999999999.9999), -- nor NaN
    weight_grams integer CONSTRAINT weight_range CHECK (weight_grams >= 0),
    dimensions_cm label CONSTRAINT dimensions_length CHECK (char_length(dimensions_cm) <= 50),
    CONSTRAINT price_is_whole CHECK ((price_currency IS NULL) = (price_amount IS NULL)),
    CONSTRAINT class_is_not_its_parent CHECK (parent_class_id <> id)
);
CREATE UNIQUE INDEX idx_class_sku ON object_classes (manufacturer_organization_id, sku) WHERE sku IS NOT NULL;
CREATE INDEX idx_class_gtin ON object_classes (gtin) WHERE gtin IS NOT NULL;
CREATE INDEX idx_manufacturer_classes ON object_classes (manufacturer_organization_id, status);
CREATE INDEX idx_class_category ON object_classes (category, subcategory);
CREATE INDEX idx_class_parent ON object_classes (parent_class_id) WHERE parent_class_id IS NOT NULL;

CREATE FUNCTION guard_classes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_organization_admin(NEW.manufacturer_organization_id);
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := acting_user();
        NEW.created_at := now();
    END IF;
    NEW.updated_at := now();
    IF NEW.parent_class_id IS NOT NULL THEN
        -- Two who each give the other's class as a parent would close a circle unseen.
        PERFORM require_read_committed();
        PERFORM pg_advisory_xact_lock(hashtext('plings class parents'));
        IF NEW.id IN (
            WITH RECURSIVE above (id) AS (
                SELECT NEW.parent_class_id
                UNION SELECT parent_class_id FROM object_classes JOIN above USING (id) WHERE parent_class_id IS NOT NULL
            ) SELECT id FROM above
        ) THEN
            RAISE EXCEPTION 'a class is not below itself' USING ERRCODE = 'PL006', HINT = 'class_circle';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON object_classes FOR EACH ROW EXECUTE FUNCTION guard_classes();
CREATE TRIGGER fixed BEFORE UPDATE ON object_classes
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('id', 'manufacturer_organization_id', 'created_by', 'created_at');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON object_classes EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON object_classes FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TABLE object_instances (
    id uuid PRIMARY KEY DEFAULT new_id(),
    path text COLLATE "C" NOT NULL CONSTRAINT instance_path CHECK (is_path(path, 4, 16, 96)),
    class_pointer bigint NOT NULL,
    solana_address text COLLATE "C" NOT NULL
        CONSTRAINT solana_address_form CHECK (solana_address ~ '^[1-9A-HJ-NP-Za-km-z]{32,44}$'),
    class_id uuid REFERENCES object_classes,
    path_to_pointer text GENERATED ALWAYS AS (regexp_replace(path, '\.[^.]+\.[^.]+$', '')) STORED,
    hd_path text GENERATED ALWAYS AS (hd_path(path)) STORED,
    statuses text[] NOT NULL DEFAULT '{active}'
        CONSTRAINT statuses_form CHECK (length(statuses::text) <= 500 AND statuses::text ~ '^\{([a-z][a-z_]{0,30}(,(?=[a-z])|(?=\})))*\}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    -- a made-up address with a right path is another code, so all three together are the object
    CONSTRAINT unique_instance UNIQUE (path, class_pointer, solana_address)
);
CREATE INDEX idx_instance_class ON object_instances (class_id);
CREATE INDEX idx_instance_pointer ON object_instances (class_pointer);
CREATE INDEX idx_instance_solana ON object_instances (solana_address);

-- Whoever acts may note an object that was seen; what became of it, who looks after its class.
CREATE FUNCTION guard_instances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    class uuid;
BEGIN
    PERFORM acting_user();
    IF TG_OP = 'INSERT' THEN
        PERFORM require_path(NEW.path);
        NEW.created_at := now();
        RETURN NEW;
    END IF;
    IF num_nulls(OLD.class_id, NEW.class_id) = 2 THEN
        PERFORM require_super_admin();
    END IF;
    FOREACH class IN ARRAY array_remove(ARRAY[OLD.class_id, NEW.class_id], NULL) LOOP
        PERFORM require_organization_admin((SELECT manufacturer_organization_id FROM object_classes WHERE id = class));
    END LOOP;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON object_instances FOR EACH ROW EXECUTE FUNCTION guard_instances();
CREATE TRIGGER fixed BEFORE UPDATE ON object_instances
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('id', 'path', 'class_pointer', 'solana_address', 'created_at');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON object_instances EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON object_instances FOR EACH ROW EXECUTE FUNCTION note_change();
