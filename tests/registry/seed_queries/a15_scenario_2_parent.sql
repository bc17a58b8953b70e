-- Scenario 2: path conflict within wallet, the parent first (success).
INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (1, '2.2.2.2', 'production'); -- Success
