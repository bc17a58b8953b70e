-- Find current wallet for manufacturer. As in the seed.
SELECT * FROM manufacturer_registry
WHERE manufacturer_name = 'IKEA'
    AND status = 'active'
ORDER BY wallet_version DESC
LIMIT 1;
