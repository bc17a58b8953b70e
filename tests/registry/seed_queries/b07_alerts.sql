-- What the alert system inserted. As in the seed.
SELECT alert_type, severity, message, details ->> 'class_pointer' AS class_pointer,
    details ->> 'attempted_pointer' AS attempted_pointer
FROM system_alerts
ORDER BY created_at;
