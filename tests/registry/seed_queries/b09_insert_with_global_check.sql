-- Solution 2: the insert that ensures global uniqueness. Fixed: pointer, shard and wallet follow from key and path and are
-- not for the caller to say; it tells 'added', 'there' or 'collision' for true and false.
SELECT insert_class_pointer_with_global_check(%(manufacturer_pubkey)s, %(path_to_pointer)s, %(class_id)s) AS outcome;
