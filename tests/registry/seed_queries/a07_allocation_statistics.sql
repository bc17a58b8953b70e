-- Get allocation statistics. As in the seed.
SELECT
    allocation_type,
    COUNT(*) AS allocations,
    SUM(quantity) AS total_instances
FROM path_registry
WHERE wallet_version = 1
    AND status = 'active'
GROUP BY allocation_type;
