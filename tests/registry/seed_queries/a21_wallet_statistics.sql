-- Wallet statistics. Fixed: the view counts paths and manufacturers apart, since the seed's two joins count each path once
-- for every manufacturer; and it is a plain view, so it is never out of date.
SELECT version_id, version_name, environment, total_paths, total_identifiers, active_manufacturers, last_allocation
FROM wallet_usage_stats
ORDER BY version_id;
