-- Create new wallet version. Fixed: it takes the approval of exactly this, and is made inactive; the key is a reference.
INSERT INTO wallet_versions (version_id, version_name, master_key_id, description)
VALUES (3, 'v3', 'file:plings_master_key_v3', 'Post-compromise wallet');
UPDATE wallet_versions SET status = 'active' WHERE version_id = 3;
