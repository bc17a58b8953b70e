-- Solution 2: who holds a pointer. Fixed: the global registry has the manufacturer's number, an index key of 4 bytes.
SELECT maker.ed25519_public_key AS manufacturer_pubkey, known.shard_id
FROM global_class_pointer_registry AS known
JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number
WHERE known.class_pointer = pointer_from_text(%(class_pointer)s);
