-- What a manufacturer's path segments mean. Level n is the n-th segment, from 3 to 14, the last that a class can have;
-- level 999 stands for the class as a whole, whatever the depth of its path.

CREATE TABLE manufacturer_path_schemas (
    id uuid PRIMARY KEY DEFAULT new_id(),
    wallet_version integer NOT NULL REFERENCES wallet_versions,
    manufacturer_index integer NOT NULL,
    path_level integer NOT NULL CONSTRAINT valid_path_level CHECK (path_level BETWEEN 3 AND 14 OR path_level = 999),
    level_name label NOT NULL,
    level_description prose,
    gs1_mapping text COLLATE "C" CONSTRAINT gs1_mapping_form CHECK (gs1_mapping ~ '^[A-Za-z0-9 ()._/-]{1,100}$'),
    is_required boolean NOT NULL DEFAULT true,
    sort_order integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unique_manufacturer_level UNIQUE (wallet_version, manufacturer_index, path_level),
    FOREIGN KEY (wallet_version, manufacturer_index) REFERENCES manufacturer_registry (wallet_version, manufacturer_index)
);
CREATE INDEX idx_schema_gs1 ON manufacturer_path_schemas (gs1_mapping) WHERE gs1_mapping IS NOT NULL;

CREATE TABLE path_level_values (
    id uuid PRIMARY KEY DEFAULT new_id(),
    wallet_version integer NOT NULL REFERENCES wallet_versions,
    manufacturer_index integer NOT NULL,
    path_level integer NOT NULL,
    level_value integer NOT NULL CONSTRAINT level_value_range CHECK (level_value >= 0),
    value_name label NOT NULL,
    value_description prose,
    gs1_code text COLLATE "C" CONSTRAINT gs1_code_form CHECK (gs1_code ~ '^[!-Z_a-z]{1,50}$'),
    sku_reference label CONSTRAINT sku_length CHECK (char_length(sku_reference) <= 100),
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unique_manufacturer_level_value UNIQUE (wallet_version, manufacturer_index, path_level, level_value),
    FOREIGN KEY (wallet_version, manufacturer_index, path_level)
        REFERENCES manufacturer_path_schemas (wallet_version, manufacturer_index, path_level)
);
CREATE INDEX idx_values_name ON path_level_values (value_name);
CREATE INDEX idx_values_gs1 ON path_level_values (gs1_code) WHERE gs1_code IS NOT NULL;
CREATE INDEX idx_values_sku ON path_level_values (sku_reference) WHERE sku_reference IS NOT NULL;
CREATE INDEX idx_values_active ON path_level_values (is_active) WHERE is_active;

-- Whose manufacturer it is, for guards and policies.
CREATE FUNCTION organization_of(wallet integer, index integer) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, pg_temp
AS $$ SELECT organization_id FROM manufacturer_registry WHERE wallet_version = wallet AND manufacturer_index = index $$;

CREATE FUNCTION guard_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_organization_admin(organization_of(NEW.wallet_version, NEW.manufacturer_index));
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON manufacturer_path_schemas FOR EACH ROW EXECUTE FUNCTION guard_words();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON path_level_values FOR EACH ROW EXECUTE FUNCTION guard_words();
CREATE TRIGGER fixed BEFORE UPDATE ON manufacturer_path_schemas
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('id', 'wallet_version', 'manufacturer_index', 'path_level');
CREATE TRIGGER fixed BEFORE UPDATE ON path_level_values
    FOR EACH ROW EXECUTE FUNCTION refuse_changes('id', 'wallet_version', 'manufacturer_index', 'path_level', 'level_value');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON manufacturer_path_schemas EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON path_level_values EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON manufacturer_path_schemas FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON path_level_values FOR EACH ROW EXECUTE FUNCTION note_change();
