-- Get default wallet. As in the seed.
SELECT * FROM wallet_versions WHERE is_default = true;
