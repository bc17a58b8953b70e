-- Complete audit trail across wallets. Fixed: users for auth.users; path_registry has no manufacturer_name, so it is joined.
SELECT
    'path_allocation' AS operation,
    pr.wallet_version,
    wv.version_name,
    pr.path,
    pr.allocated_at AS timestamp,
    u.email AS operator,
    pr.purpose AS details
FROM path_registry pr
JOIN manufacturer_registry m ON pr.wallet_version = m.wallet_version AND pr.manufacturer_index = m.manufacturer_index
JOIN wallet_versions wv ON pr.wallet_version = wv.version_id
JOIN users u ON pr.allocated_by = u.id
WHERE m.manufacturer_name = 'IKEA'
UNION ALL
SELECT
    'manufacturer_registration' AS operation,
    mr.wallet_version,
    wv.version_name,
    mr.manufacturer_name AS path,
    mr.registered_at AS timestamp,
    u.email AS operator,
    CONCAT('Index: ', mr.manufacturer_index) AS details
FROM manufacturer_registry mr
JOIN wallet_versions wv ON mr.wallet_version = wv.version_id
JOIN users u ON mr.registered_by = u.id
WHERE mr.manufacturer_name = 'IKEA'
ORDER BY timestamp DESC;
