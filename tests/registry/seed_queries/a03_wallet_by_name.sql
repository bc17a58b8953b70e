-- Get wallet for specific version. As in the seed.
SELECT * FROM wallet_versions WHERE version_name = 'v2';
