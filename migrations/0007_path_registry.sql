-- Who holds which paths. An allocation holds `path` and all below it, or of its children those of a range and all below
-- them. Two never share a path, whoever asks how fast: an exclusion constraint sees to it.

CREATE TABLE path_registry (
    id uuid PRIMARY KEY DEFAULT new_id(),
    wallet_version integer NOT NULL REFERENCES wallet_versions,
    path text COLLATE "C" NOT NULL CONSTRAINT path_form CHECK (is_path(path, 2, 16, 96)),
    hd_derivation_prefix text GENERATED ALWAYS AS (hd_path(path)) STORED,
    manufacturer_index integer GENERATED ALWAYS AS (path_number(path, 2)) STORED,
    organization_id uuid NOT NULL REFERENCES organizations,
    allocation_type text NOT NULL
        CONSTRAINT allocation_type CHECK (allocation_type IN ('production', 'test', 'development', 'reserved')),
    quantity integer GENERATED ALWAYS AS (coalesce(allocated_range_end - allocated_range_start, 0) + 1) STORED,
    allocated_range_start integer,
    allocated_range_end integer,
    purpose prose,
    status text NOT NULL DEFAULT 'active' CONSTRAINT path_status
        CHECK (status IN ('active', 'exhausted', 'transferring', 'transferred', 'retired')),
    allocated_by uuid NOT NULL REFERENCES users DEFAULT acting_user(),
    allocated_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    transferred_to_wallet integer REFERENCES wallet_versions,
    transferred_at timestamptz,
    transferred_to uuid REFERENCES path_registry,
    span path_span GENERATED ALWAYS AS (allocated_span(path, allocated_range_start, allocated_range_end)) STORED,
    CONSTRAINT path_is_of_wallet CHECK (path_number(path, 1) = wallet_version),
    CONSTRAINT valid_range CHECK (
        num_nonnulls(allocated_range_start, allocated_range_end) IN (0, 2)
        AND coalesce(allocated_range_start >= 0 AND allocated_range_end >= allocated_range_start, true)
        AND coalesce(allocated_range_end::bigint - allocated_range_start < 2147483647, true)
    ),
    CONSTRAINT range_fits_path CHECK (
        allocated_range_end IS NULL OR is_path(path || '.' || segment_text(allocated_range_end), 3, 16, 96)
    ),
    CONSTRAINT transfer_is_whole CHECK (
        (status = 'transferred') = (transferred_to_wallet IS NOT NULL AND transferred_at IS NOT NULL AND transferred_to IS NOT NULL)
    ),
    FOREIGN KEY (wallet_version, manufacturer_index) REFERENCES manufacturer_registry (wallet_version, manufacturer_index),
    -- a path that was transferred away is free; one that is used up or retired is not: its codes are printed
    CONSTRAINT paths_are_held_once EXCLUDE USING gist (span WITH &&) WHERE (status <> 'transferred')
);
CREATE INDEX idx_path_registry_wallet_path ON path_registry (wallet_version, path);
CREATE INDEX idx_path_registry_span ON path_registry (lower(span)) WHERE status <> 'transferred';
CREATE INDEX idx_path_registry_active ON path_registry (status, wallet_version) WHERE status IN ('active', 'transferring');
CREATE INDEX idx_path_registry_transfer ON path_registry (transferred_to_wallet, transferred_at)
    WHERE transferred_to_wallet IS NOT NULL;
CREATE UNIQUE INDEX idx_path_registry_origin ON path_registry (transferred_to) WHERE transferred_to IS NOT NULL;
CREATE INDEX idx_path_registry_organization ON path_registry (organization_id);
CREATE INDEX idx_path_allocation_type ON path_registry (allocation_type);

CREATE FUNCTION require_path(path text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = registry, pg_temp AS $$
BEGIN
    IF is_path(path, 2, 16, 96) IS NOT TRUE THEN
        RAISE EXCEPTION 'it is no path of 2 to 16 segments'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'path_form', TABLE = 'path_registry';
    END IF;
END
$$;

CREATE FUNCTION guard_paths() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    maker manufacturer_registry;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM require_organization_admin(OLD.organization_id);
        RETURN NEW;
    END IF;
    -- Here already: columns that are made from the path are made before its constraint is checked.
    PERFORM require_path(NEW.path);
    IF NEW.allocated_range_start < 0 OR NEW.allocated_range_end < NEW.allocated_range_start
        OR NEW.allocated_range_end::bigint - NEW.allocated_range_start >= 2147483647 THEN
        RAISE EXCEPTION 'from % to % is no range of numbers', NEW.allocated_range_start, NEW.allocated_range_end
            USING ERRCODE = 'check_violation', CONSTRAINT = 'valid_range', TABLE = 'path_registry';
    END IF;
    SELECT * INTO maker FROM manufacturer_registry
    WHERE wallet_version = NEW.wallet_version AND prefix = split_part(NEW.path, '.', 1) || '.' || split_part(NEW.path, '.', 2);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'wallet % has no manufacturer of %', NEW.wallet_version, NEW.path
            USING ERRCODE = 'PL007', HINT = 'unknown_manufacturer';
    END IF;
    PERFORM require_organization_admin(maker.organization_id);
    PERFORM count_allocation(NEW.wallet_version);
    -- What it is by now: while this waited in line it may have been closed. And it stays so until this is done, so
    -- that who closes it, to move all that it holds, finds this as well.
    SELECT * INTO maker FROM manufacturer_registry WHERE id = maker.id FOR SHARE;
    IF maker.status <> 'active' THEN
        RAISE EXCEPTION 'manufacturer % is %', maker.prefix, maker.status
            USING ERRCODE = 'PL003', HINT = 'manufacturer_closed';
    END IF;
    NEW.organization_id := maker.organization_id;
    NEW.allocated_by := acting_user();
    NEW.allocated_at := now();
    NEW.status := 'active';
    NEW.completed_at := NULL;
    NEW.transferred_to_wallet := NULL;
    NEW.transferred_at := NULL;
    NEW.transferred_to := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON path_registry FOR EACH ROW EXECUTE FUNCTION guard_paths();
CREATE TRIGGER fixed BEFORE UPDATE ON path_registry FOR EACH ROW EXECUTE FUNCTION refuse_changes(
    'id', 'wallet_version', 'path', 'allocated_range_start', 'allocated_range_end', 'organization_id',
    'allocation_type', 'allocated_by', 'allocated_at'
);
CREATE TRIGGER moves BEFORE UPDATE ON path_registry FOR EACH ROW EXECUTE FUNCTION check_status_move(
    'active>exhausted', 'active>transferring', 'active>transferred', 'active>retired',
    'exhausted>transferring', 'exhausted>transferred', 'exhausted>retired',
    'transferring>active', 'transferring>transferred'
);
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON path_registry EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON path_registry FOR EACH ROW EXECUTE FUNCTION note_change();

-- The next `quantity` children of `base` after all that are held below it, from child 1 on.
CREATE FUNCTION allocate_next(base text, wanted integer, kind text, why text) RETURNS path_registry
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
    first integer;
    made path_registry;
BEGIN
    PERFORM require_path(base);
    -- Whoever allocates here waits for the others in this wallet, so what is read now still holds below.
    PERFORM line_up(path_number(base, 1));
    first := next_child(base);
    IF first IS NULL OR wanted IS NULL OR wanted < 1 OR first::bigint + wanted - 1 > 2147483647 THEN
        RAISE EXCEPTION '% has no % more children', base, wanted USING ERRCODE = 'PL008', HINT = 'exhausted';
    END IF;
    INSERT INTO path_registry (wallet_version, path, allocation_type, allocated_range_start, allocated_range_end, purpose)
    VALUES (path_number(base, 1), base, kind, first, first + (wanted - 1), why)
    RETURNING * INTO made;
    RETURN made;
END
$$;

-- How much a manufacturer has made is nothing for another one's role.
CREATE FUNCTION require_sight_of(path text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_path(path);
    IF NOT is_platform_role() AND NOT EXISTS (
        SELECT FROM manufacturer_registry
        WHERE prefix = split_part(path, '.', 1) || '.' || split_part(path, '.', 2)
            AND organization_id = role_organization()
    ) THEN
        RAISE EXCEPTION 'only its own manufacturer may ask that' USING ERRCODE = 'PL001', HINT = 'foreign_path';
    END IF;
END
$$;

-- The first child of `base` after all that are held below it; NULL where none is left or `base` itself is held.
CREATE FUNCTION next_child(base text) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    above bytea;
    whole path_span;
    last path_span;
    next_number bigint;
BEGIN
    PERFORM require_sight_of(base);
    above := path_key(base);
    whole := allocated_span(base, NULL, NULL);
    -- Held spans are apart from each other, so the last to begin is the last to end.
    SELECT span INTO last FROM path_registry
    WHERE status <> 'transferred' AND lower(span) < upper(whole)
    ORDER BY lower(span) DESC LIMIT 1;
    IF last IS NULL OR upper(last) <= lower(whole) THEN
        RETURN 1;
    END IF;
    IF lower(last) <= lower(whole) THEN
        RETURN NULL;
    END IF;
    -- the number of the child in which the last span ends, and one more if it ends inside it
    next_number := pointer_number('\x00000000'::bytea || substr(upper(last), octet_length(above) + 1, 4));
    IF octet_length(upper(last)) > octet_length(above) + 4 THEN
        next_number := next_number + 1;
    END IF;
    RETURN CASE WHEN next_number < 2147483648 THEN greatest(1, next_number) END;
END
$$;

-- Whether nobody holds any path of this range; it tells no more of what others hold.
CREATE FUNCTION path_is_free(path text, first integer DEFAULT NULL, last integer DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
    PERFORM require_sight_of($1);
    RETURN NOT EXISTS (
        SELECT FROM path_registry WHERE span && allocated_span($1, $2, $3) AND status <> 'transferred'
    );
END
$$;
