-- Verification workflow: verify against the database. Fixed: the pointer as text.
SELECT pointer_text(class_pointer) AS class_pointer
FROM class_pointers
WHERE manufacturer_pubkey = %(manufacturer_pubkey)s
    AND path_to_pointer = %(path_to_pointer)s;
