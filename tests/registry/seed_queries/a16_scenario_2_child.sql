-- Scenario 2: and its child then (fails: the parent exists in the wallet).
INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (1, '2.2.2.2.2', 'production'); -- FAILS
