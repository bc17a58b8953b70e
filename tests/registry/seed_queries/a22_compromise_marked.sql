-- Mark wallet as compromised. Fixed: a compromised wallet is not the default; when it was is noted by the database.
UPDATE wallet_versions
SET status = 'compromised', is_default = false
WHERE version_id = 1;
