-- Partition by manufacturer_pubkey hash (16 shards). Fixed: declared partitions for inheritance and hashtext modulo
-- 16, which is negative for every other key.
SELECT inhrelid::regclass::text AS shard, pg_get_expr(relpartbound, inhrelid) AS rows
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = 'class_pointers'::regclass
ORDER BY shard;
