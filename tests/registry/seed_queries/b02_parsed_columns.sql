-- Parsing validation by the parsed columns. Fixed: they are the view's; the wallet is 1 and the manufacturer 2, whose
-- segments are 2 and 3.
SELECT class_pointer, full_path_example, parsed_path_to_pointer
FROM class_pointers_as_text
WHERE parsed_wallet_version = 1
    AND parsed_manufacturer_id = 2
    AND parsed_path_to_pointer = '2.3.2';
