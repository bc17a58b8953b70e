-- Check if a path is available in its wallet. Fixed: path for base_path; 10 is written B; what holds a path above or
-- below, or a range of children, makes it unavailable as well as the very same path, whatever its status but transferred.
SELECT NOT EXISTS (
    SELECT 1 FROM path_registry
    WHERE wallet_version = 1
        AND span && allocated_span('2.3.4.5.B', NULL, NULL)
        AND status <> 'transferred'
) AS is_available;
