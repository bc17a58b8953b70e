-- Get complete path schema for a manufacturer. As in the seed.
SELECT
    ps.path_level,
    ps.level_name,
    ps.level_description,
    ps.gs1_mapping,
    ps.is_required
FROM manufacturer_path_schemas ps
WHERE ps.wallet_version = 1
    AND ps.manufacturer_index = 2 -- IKEA
ORDER BY ps.path_level;
