-- The validation constraint of a pointer's text. Fixed: it is kept as 8 bytes, whose text always is of that form.
SELECT class_pointer, class_pointer ~ '^[1-9A-HJ-NP-Za-km-z]{11}$' AS valid_class_pointer_format
FROM class_pointers_as_text
ORDER BY path_to_pointer;
