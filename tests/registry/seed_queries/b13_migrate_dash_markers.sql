-- Phase 2: migrate existing path registry data to the class system. Fixed: dash markers are in no path here, so they come
-- in a table of old paths; substring for REGEXP_EXTRACT, which PostgreSQL has not; without the system user.
WITH dash_marker_paths AS (
    SELECT
        path,
        substring(path FROM '\.(-[^.]+)\.') AS class_marker,
        manufacturer_name,
        wallet_version
    FROM legacy_paths
    WHERE path ~ '\.-[^.]+\.' -- Contains dash marker
)
INSERT INTO object_classes (name, sku, manufacturer_organization_id)
SELECT
    CONCAT(manufacturer_name, ' Product ', class_marker),
    class_marker,
    (SELECT id FROM organizations WHERE name = manufacturer_name LIMIT 1)
FROM dash_marker_paths
GROUP BY manufacturer_name, class_marker;
