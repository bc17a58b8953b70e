-- Migrate Plings to the new wallet. Fixed: transferred_from_wallet for migrated_from_wallet; who registers it is who acts;
-- a manufacturer is an organisation's.
INSERT INTO manufacturer_registry (
    wallet_version, manufacturer_index, manufacturer_name, status, organization_id, transferred_from_wallet
)
VALUES (3, 1, 'Plings', 'active', (SELECT id FROM organizations WHERE name = 'Plings'), 1);
