-- Scenario 1: same path across wallets (OK). Fixed: a path's first segment is its wallet, so the same place is
-- 2.2.2.2.2 in wallet 1 and 3.2.2.2.2 in wallet 2.
INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (1, '2.2.2.2.2', 'production'); -- Success
INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (2, '3.2.2.2.2', 'production'); -- Success
