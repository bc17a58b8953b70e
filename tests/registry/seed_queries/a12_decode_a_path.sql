-- Decode a complete path to human-readable format. Fixed: wallet 1 and manufacturer 2, as everywhere else in the seed (the
-- segments of 2.3.5.6 count from 0); the class 127 is written 3C.
WITH path_components AS (
    SELECT
        1 AS wallet_version,
        2 AS manufacturer_index, -- IKEA (base58: 3)
        4 AS category_value, -- Furniture (base58: 5)
        5 AS subcategory_value, -- Bookcases (base58: 6)
        127 AS class_value -- BILLY White 80x28x202 (base58: 3C)
)
SELECT
    3 AS level, 'category' AS level_name, pv1.value_name, pv1.value_description
FROM path_components pc
JOIN path_level_values pv1 ON pc.wallet_version = pv1.wallet_version
    AND pc.manufacturer_index = pv1.manufacturer_index
    AND pv1.path_level = 3 AND pv1.level_value = pc.category_value
UNION ALL
SELECT
    4 AS level, 'subcategory' AS level_name, pv2.value_name, pv2.value_description
FROM path_components pc
JOIN path_level_values pv2 ON pc.wallet_version = pv2.wallet_version
    AND pc.manufacturer_index = pv2.manufacturer_index
    AND pv2.path_level = 4 AND pv2.level_value = pc.subcategory_value
UNION ALL
SELECT
    999 AS level, 'class' AS level_name, pv3.value_name, pv3.value_description
FROM path_components pc
JOIN path_level_values pv3 ON pc.wallet_version = pv3.wallet_version
    AND pc.manufacturer_index = pv3.manufacturer_index
    AND pv3.path_level = 999 AND pv3.level_value = pc.class_value -- Special level for class pointers
ORDER BY level;
