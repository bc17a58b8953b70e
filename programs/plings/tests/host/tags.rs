use plings::rules::tag::{checked_by, TagMessage, MAX_MESSAGE_BYTES};

use crate::support::{key, rows, text, Random};

#[test]
fn messages() {
    for row in rows("tags", "tags") {
        let message = TagMessage::new(text(&row, "path"), text(&row, "class_pointer").as_bytes(), &key(text(&row, "address")));
        assert_eq!(std::str::from_utf8(message.as_bytes()).unwrap(), text(&row, "message"));
    }
}

#[test]
fn the_longest_message_fits() {
    let path = "2".repeat(96);
    let message = TagMessage::new(&path, b"jpXCZedGfVQ", &[0xff; 32]);
    let address = bs58::encode([0xff; 32]).into_string();
    assert_eq!(address.len(), 44);
    assert_eq!(message.as_bytes(), format!("plings:1:{path}:jpXCZedGfVQ:{address}").as_bytes());
    assert_eq!(message.as_bytes().len(), MAX_MESSAGE_BYTES);
}

const HERE: u16 = u16::MAX;
const KEY_AT: u16 = 16;
const SIGNATURE_AT: u16 = 48;
const MESSAGE_AT: u16 = 112;
const KEY: [u8; 32] = [7; 32];

/// The words after the count: signature, its instruction, key, its instruction, message, its length, its instruction.
fn words(message: &[u8]) -> [u16; 7] {
    [SIGNATURE_AT, HERE, KEY_AT, HERE, MESSAGE_AT, message.len() as u16, HERE]
}

fn instruction(count: u8, words: [u16; 7], message: &[u8]) -> Vec<u8> {
    let words = words.into_iter().flat_map(u16::to_le_bytes);
    [count, 0].into_iter().chain(words).chain(KEY).chain([9; 64]).chain(message.iter().copied()).collect()
}

#[test]
fn the_usual_layout_holds() {
    for row in rows("tags", "tags") {
        let message = text(&row, "message").as_bytes();
        assert!(checked_by(&instruction(1, words(message), message), &KEY, message));
    }
    // parts in another order, and bytes after them, are as good: the precompile goes by the offsets
    let message = b"plings:1:2.3.4.5:7vpQYyZ7Ryr:x";
    let mut data = instruction(1, [16 + 32 + 30, HERE, 16 + 30, HERE, 16, 30, HERE], b"");
    data.truncate(16);
    data.extend([&message[..], &KEY, &[9; 64], b"more"].concat());
    assert!(checked_by(&data, &KEY, message));
}

#[test]
fn every_other_count_is_refused() {
    let message = b"a message";
    for count in (0..=u8::MAX).filter(|&count| count != 1) {
        assert!(!checked_by(&instruction(count, words(message), message), &KEY, message), "{count} signatures");
    }
}

#[test]
fn parts_of_another_instruction_are_refused() {
    let message = b"a message";
    for place in [1, 3, 6] {
        for instruction_index in [0, 1, 2, 0x00ff, 0xff00, HERE - 1] {
            let mut words = words(message);
            words[place] = instruction_index;
            assert!(!checked_by(&instruction(1, words, message), &KEY, message), "word {place} is {instruction_index}");
        }
    }
}

#[test]
fn wrong_offsets_are_refused() {
    let message = b"a message";
    for place in [2, 4, 5] {
        let right = words(message)[place];
        for other in (0..=300).chain([0x7fff, HERE]).filter(|&other| other != right) {
            let mut words = words(message);
            words[place] = other;
            // the key's bytes are all equal: nothing else in the data is 32 times 7
            assert!(!checked_by(&instruction(1, words, message), &KEY, message), "word {place} is {other}");
        }
    }
}

#[test]
fn truncated_data_is_refused() {
    for row in rows("tags", "tags") {
        let message = text(&row, "message").as_bytes();
        let data = instruction(1, words(message), message);
        for length in 0..data.len() {
            assert!(!checked_by(&data[..length], &KEY, message), "{length} bytes");
        }
    }
}

#[test]
fn another_key_or_message_is_refused() {
    let mut random = Random(7);
    for row in rows("tags", "tags") {
        let message = text(&row, "message").as_bytes();
        let data = instruction(1, words(message), message);
        for bit in 0..256 {
            let mut other = KEY;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!checked_by(&data, &other, message));
        }
        for at in 0..message.len() {
            let mut other = message.to_vec();
            other[at] ^= 1 << random.below(8);
            assert!(!checked_by(&data, &KEY, &other));
            assert!(!checked_by(&data, &KEY, &message[..at]), "a signature of more than the message");
        }
        let longer = [message, b"1"].concat();
        assert!(!checked_by(&data, &KEY, &longer), "a signature of less than the message");
    }
}

#[test]
fn nothing_else_passes_by_chance() {
    let mut random = Random(8);
    let message = b"a message";
    for _ in 0..20_000 {
        let mut data = instruction(1, words(message), message);
        let at = random.below(16);
        let before = data[at];
        data[at] ^= 1 << random.below(8);
        // padding, and where the signature is: the precompile checks those itself
        let harmless = at == 1 || at == 2 || at == 3;
        assert_eq!(checked_by(&data, &KEY, message), harmless, "byte {at} is {} and not {before}", data[at]);
    }
}
