-- Get manufacturer by index in specific wallet. As in the seed.
SELECT * FROM manufacturer_registry
WHERE wallet_version = 1 AND manufacturer_index = 2;
