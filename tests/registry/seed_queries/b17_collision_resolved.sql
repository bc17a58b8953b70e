-- Solution 3: the collision resolution protocol. Fixed: .cr1 is no segment of a path, so the class goes one level down, to
-- the first number that is free.
SELECT original_path, resolved_path, pointer_text(original_pointer) AS collision_pointer,
    pointer_text(resolved_pointer) AS resolved_pointer
FROM resolve_class_pointer_collision(%(path_to_pointer)s, %(class_id)s);
