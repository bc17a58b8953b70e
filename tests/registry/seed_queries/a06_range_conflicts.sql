-- Find path range conflicts before allocation. Fixed: path for base_path; LIKE misses who holds 2.3.4 or a
-- range of its children, and 2.3.4.5 itself.
SELECT path, quantity
FROM path_registry
WHERE wallet_version = 1
    AND span && allocated_span('2.3.4.5', NULL, NULL)
    AND status = 'active';
