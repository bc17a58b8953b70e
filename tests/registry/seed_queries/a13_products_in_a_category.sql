-- Find all products in a category. As in the seed.
SELECT
    plv.level_value,
    plv.value_name,
    plv.value_description,
    plv.sku_reference,
    plv.gs1_code
FROM path_level_values plv
WHERE plv.wallet_version = 1
    AND plv.manufacturer_index = 2 -- IKEA
    AND plv.path_level = 4 -- Subcategory level
    AND plv.is_active = true
ORDER BY plv.value_name;
