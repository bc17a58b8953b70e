-- Get all allocations for a wallet. Fixed: path for base_path.
SELECT
    path,
    quantity,
    allocated_range_start,
    allocated_range_end,
    purpose,
    allocated_at
FROM path_registry
WHERE wallet_version = 1
    AND status = 'active'
ORDER BY allocated_at DESC;
