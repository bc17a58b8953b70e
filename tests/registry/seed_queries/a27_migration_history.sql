-- Complete migration history for manufacturer. Fixed: assignment_* for migration_*.
SELECT
    ml.canonical_name,
    ml.predecessor_wallet,
    ml.current_wallet_version,
    ml.assignment_reason,
    ml.assignment_date,
    w1.version_name AS from_wallet,
    w2.version_name AS to_wallet
FROM manufacturer_lineage ml
LEFT JOIN wallet_versions w1 ON ml.predecessor_wallet = w1.version_id
JOIN wallet_versions w2 ON ml.current_wallet_version = w2.version_id
WHERE ml.canonical_name = 'IKEA'
ORDER BY ml.assignment_date;
