-- The future wallet performance metrics, which are there.
SELECT version_id, daily_allocation_limit, current_daily_allocations, last_reset_date
FROM wallet_versions
ORDER BY version_id;
