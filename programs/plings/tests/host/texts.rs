//! Borrowed texts of instructions' arguments are read as Anchor reads a `String`.

use anchor_lang::{wincode, BORSH_CONFIG};

fn borrowed(data: &[u8]) -> Option<&str> {
    wincode::config::deserialize::<plings::text::String, _>(data, BORSH_CONFIG).ok().map(|text| text.0)
}

fn owned(data: &[u8]) -> Option<String> {
    wincode::config::deserialize::<String, _>(data, BORSH_CONFIG).ok()
}

fn argument(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat()
}

#[test]
fn what_is_no_text_is_refused() {
    for length in 0..=20 {
        let ascii = vec![b'2'; length];
        assert_eq!(borrowed(&argument(&ascii)), owned(&argument(&ascii)).as_deref());
        for at in 0..length {
            for byte in [0x7f, 0x80, 0xc3, 0xff] {
                let mut other = ascii.clone();
                other[at] = byte;
                assert_eq!(borrowed(&argument(&other)), owned(&argument(&other)).as_deref(), "{byte:x} at {at}");
            }
        }
    }
}

#[test]
fn other_letters_are_texts_too() {
    let text = "2.é.日本.🦀.3j";
    assert_eq!(borrowed(&argument(text.as_bytes())), Some(text));
}

#[test]
fn length_beyond_the_data_is_refused() {
    let data = argument(b"2.3.2.G.3j");
    for end in 0..data.len() {
        assert_eq!(borrowed(&data[..end]), None);
    }
    assert_eq!(borrowed(&[0xff; 12]), None);
}

#[test]
fn text_is_written_as_it_is_read() {
    let text = plings::text::String("2.3.2.G.3j");
    assert_eq!(wincode::config::serialize(&text, BORSH_CONFIG).unwrap(), argument(text.as_bytes()));
}
