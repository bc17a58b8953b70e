-- The multi-wallet indexes. Fixed: idx_path_registry_transfer for idx_path_registry_migration.
SELECT indexname FROM pg_indexes
WHERE schemaname = 'registry' AND indexname IN (
    'idx_path_registry_wallet_path', 'idx_path_registry_active', 'idx_path_registry_transfer',
    'idx_manufacturer_registry_name', 'idx_wallet_status', 'idx_wallet_environment', 'unique_default_wallet'
);
