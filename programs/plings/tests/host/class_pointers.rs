use plings::rules::base58::pointer_text;
use plings::rules::class_pointer::class_pointer;

use crate::support::{hex_array, key, rows, text};

#[test]
fn every_vector() {
    for row in rows("class_pointers", "valid") {
        let identity_text = text(&row, "manufacturer_key");
        assert_eq!(bs58::encode(key(identity_text)).into_string(), identity_text);
        let pointer = class_pointer(identity_text.as_bytes(), text(&row, "path_to_pointer").as_bytes());
        assert_eq!(pointer, hex_array(&row, "pointer_hex"), "{row}");
        assert_eq!(pointer_text(&pointer), text(&row, "pointer").as_bytes(), "{row}");
    }
}

#[test]
fn pointers_of_codes() {
    for row in rows("tags", "tags") {
        let path = text(&row, "path");
        let (to_pointer, _) = path.rsplit_once('.').and_then(|(batch, _)| batch.rsplit_once('.')).unwrap();
        let pointer = class_pointer(text(&row, "manufacturer_key").as_bytes(), to_pointer.as_bytes());
        assert_eq!(pointer_text(&pointer), text(&row, "class_pointer").as_bytes(), "{row}");
    }
}
