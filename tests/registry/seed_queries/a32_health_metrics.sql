-- The future wallet health monitoring, which is there.
SELECT wallet_version, metric_date, allocations_count, verifications_count, error_count, average_response_time_ms
FROM wallet_health_metrics
ORDER BY wallet_version, metric_date;
