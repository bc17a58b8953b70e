-- Solution 1: daily job to detect cross-shard duplicates. As in the seed.
SELECT * FROM detect_class_pointer_collisions();
