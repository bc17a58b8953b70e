-- List active wallets by environment. As in the seed.
SELECT * FROM wallet_versions
WHERE status = 'active' AND environment = 'production'
ORDER BY version_id;
