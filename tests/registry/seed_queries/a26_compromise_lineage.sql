-- Update lineage tracking. Fixed: assignment_reason for migration_reason.
INSERT INTO manufacturer_lineage (
    canonical_name, current_wallet_version, current_manufacturer_index,
    predecessor_wallet, predecessor_index, assignment_reason
)
VALUES ('Plings', 3, 1, 1, 1, 'key_compromise');
