-- Fallback to PostgreSQL behind the cache. Fixed: the unique registry finds the manufacturer's partition, or each of the 16
-- would be searched.
SELECT pointers.*, pointer_text(pointers.class_pointer) AS class_pointer_text
FROM global_class_pointer_registry AS known
JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number
JOIN class_pointers AS pointers ON pointers.manufacturer_pubkey = maker.ed25519_public_key
    AND pointers.class_id = known.class_id AND pointers.class_pointer = known.class_pointer
WHERE known.class_pointer = pointer_from_text(%(class_pointer)s);
