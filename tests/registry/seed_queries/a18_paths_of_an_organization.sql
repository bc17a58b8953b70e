-- Paths can exist across multiple wallets for the same organization. Fixed: the organisation by name, for its uuid.
SELECT
    p.wallet_version,
    w.version_name,
    p.path,
    p.status,
    o.name AS org_name
FROM path_registry p
JOIN wallet_versions w ON p.wallet_version = w.version_id
JOIN organizations o ON p.organization_id = o.id
WHERE o.name = 'IKEA'
ORDER BY p.wallet_version, p.path;
