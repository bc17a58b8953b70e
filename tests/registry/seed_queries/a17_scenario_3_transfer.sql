-- Scenario 3: cross-wallet migration. Fixed: transferred_* for migrated_*; what is transferred says to which allocation,
-- so the new one is made first.
WITH made AS (
    INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (2, '3.2.2.2.2', 'production')
    RETURNING id
)
UPDATE path_registry
SET status = 'transferred', transferred_to_wallet = 2, transferred_at = NOW(), transferred_to = made.id
FROM made
WHERE wallet_version = 1 AND path = '2.2.2.2.2';
