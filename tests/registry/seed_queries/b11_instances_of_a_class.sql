-- object_instances with the class pointer, payment address and HD path. Fixed: the pointer is 8 bytes, the HD path and the
-- path to the pointer follow from the path.
SELECT path, pointer_text(class_pointer) AS class_pointer, solana_address, hd_path, path_to_pointer, statuses
FROM object_instances
WHERE class_id = %(class_id)s
ORDER BY path;
