-- What reads class pointers. Each statement names one distributed table and no other table, and none of our functions
-- in what a worker is to compute: that is what a cluster answers from the one shard that has the row. The functions run
-- as the owner, since the coordinator asks workers in the name of who is in effect.

CREATE OR REPLACE FUNCTION known_pointers(asked bigint[]) RETURNS TABLE (
    class_pointer bigint, class_id uuid, manufacturer_number integer, manufacturer_pubkey text, path_to_pointer text,
    status pointer_status, created_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
#variable_conflict use_column
DECLARE
    pointers bigint[];
    classes uuid[];
    numbers integer[];
    maker record;
BEGIN
    SELECT array_agg(known.class_pointer), array_agg(known.class_id), array_agg(known.manufacturer_number)
    INTO pointers, classes, numbers
    FROM global_class_pointer_registry AS known WHERE known.class_pointer = ANY (asked);
    FOR maker IN
        SELECT number, ed25519_public_key AS key, array_agg(pointer) AS pointers, array_agg(class) AS classes
        FROM unnest(pointers, classes, numbers) AS found (pointer, class, number) JOIN manufacturer_registry USING (number)
        GROUP BY number, ed25519_public_key
    LOOP
        RETURN QUERY
        WITH held AS MATERIALIZED (
            SELECT one.class_pointer, one.class_id, one.path_to_pointer, one.status, one.created_at
            FROM class_pointers AS one
            WHERE one.manufacturer_pubkey = maker.key
                AND one.class_id = ANY (maker.classes) AND one.class_pointer = ANY (maker.pointers)
        )
        SELECT pointer, class, maker.number, CASE WHEN held.class_pointer IS NOT NULL THEN maker.key END,
            held.path_to_pointer, held.status, held.created_at
        FROM unnest(maker.pointers, maker.classes) AS found (pointer, class)
        LEFT JOIN held ON held.class_pointer = pointer AND held.class_id = class;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION get_product_by_pointer(pointer text) RETURNS TABLE (
    class_pointer text, class_id uuid, name text, sku text, gtin text, category text, subcategory text,
    price_amount numeric, price_currency text, class_status text, pointer_status pointer_status, path_to_pointer text,
    manufacturer_name text, manufacturer_pubkey text, prefix text, manufacturer_status text, wallet_status text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
#variable_conflict use_column
DECLARE
    wanted CONSTANT bigint := pointer_from_text(pointer);
    class uuid;
    maker_number integer;
    key text;
BEGIN
    SELECT known.class_id, known.manufacturer_number INTO class, maker_number
    FROM global_class_pointer_registry AS known WHERE known.class_pointer = wanted;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT product.name, product.sku, product.gtin, product.category, product.subcategory, product.price_amount,
        product.price_currency, product.status, maker.manufacturer_name, maker.ed25519_public_key, maker.prefix,
        maker.status, wallet.status
    INTO name, sku, gtin, category, subcategory, price_amount, price_currency, class_status,
        manufacturer_name, key, prefix, manufacturer_status, wallet_status
    FROM object_classes AS product, manufacturer_registry AS maker
    JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version
    WHERE product.id = class AND maker.number = maker_number;
    SELECT held.status, held.path_to_pointer INTO pointer_status, path_to_pointer
    FROM class_pointers AS held
    WHERE held.manufacturer_pubkey = key AND held.class_id = class AND held.class_pointer = wanted;
    IF FOUND THEN
        class_pointer := pointer;
        class_id := class;
        manufacturer_pubkey := key;
        RETURN NEXT;
    END IF;
END
$$;

-- The pointers of a class, for who may see them.
CREATE FUNCTION pointers_of(class uuid) RETURNS SETOF class_pointers
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    organization CONSTANT uuid := (SELECT manufacturer_organization_id FROM object_classes WHERE id = class);
    keys CONSTANT text[] := ARRAY(
        SELECT ed25519_public_key FROM manufacturer_registry
        WHERE organization_id = organization AND ed25519_public_key IS NOT NULL
    );
BEGIN
    IF is_platform_role() OR organization = role_organization() THEN
        RETURN QUERY
        SELECT held.* FROM class_pointers AS held WHERE held.manufacturer_pubkey = ANY (keys) AND held.class_id = class;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION pointers_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pointers_of(uuid) TO plings_application, plings_manufacturer;

-- Goes from class to class: a manufacturer's own role may not ask workers itself.
CREATE VIEW class_pointers_as_text WITH (security_barrier = true) AS
SELECT
    pointer_text(class_pointer) AS class_pointer, class_id, maker.wallet_version, manufacturer_pubkey, path_to_pointer,
    manufacturer_pubkey || ':' || path_to_pointer AS hash_input, verified_at, pointers.created_at, pointers.updated_at,
    pointers.status::text AS status, path_to_pointer || '.2.2' AS full_path_example,
    path_to_pointer AS parsed_path_to_pointer, maker.wallet_version AS parsed_wallet_version,
    maker.manufacturer_index AS parsed_manufacturer_id, class_pointer AS class_pointer_number
FROM object_classes AS class
CROSS JOIN LATERAL pointers_of(class.id) AS pointers
JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = manufacturer_pubkey
WHERE (SELECT is_platform_role()) OR class.manufacturer_organization_id = (SELECT role_organization());
GRANT SELECT ON class_pointers_as_text TO plings_application, plings_manufacturer;

CREATE OR REPLACE FUNCTION tell_changed_classes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
    classes CONSTANT uuid[] := ARRAY(SELECT id FROM changed);
    pointers bigint[];
BEGIN
    SELECT array_agg(class_pointer) INTO pointers
    FROM (SELECT class_pointer FROM class_pointers WHERE class_id = ANY (classes) LIMIT 101) AS affected;
    PERFORM tell_products(coalesce(pointers, '{}'));
    RETURN NULL;
END
$$;
