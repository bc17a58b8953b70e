use plings::errors::PlingsError::{self, InvalidManufacturerIndex, InvalidPathLength, InvalidSegment, InvalidWallet};
use plings::rules::path::{parse_prefix, Path, MAX_BYTES};

use crate::support::{rows, text, Random};

/// The program's error for each of Python's finer rules.
const KINDS: [(&str, PlingsError); 10] = [
    ("too_long", InvalidPathLength),
    ("too_few_segments", InvalidPathLength),
    ("too_many_segments", InvalidPathLength),
    ("wallet_digits", InvalidWallet),
    ("wallet_range", InvalidWallet),
    ("empty", InvalidSegment),
    ("leading_one", InvalidSegment),
    ("too_large", InvalidSegment),
    ("alphabet", InvalidSegment),
    ("dash_marker", InvalidSegment),
];

/// Texts that break two rules, of which Python names the other one: it counts segments before it reads them.
const TWICE_BROKEN: [(&str, PlingsError); 5] = [
    ("", InvalidPathLength),
    (".", InvalidSegment),
    ("2/3/4/5", InvalidSegment),
    ("................", InvalidSegment),
    ("2\u{ff0e}3\u{ff0e}4\u{ff0e}5", InvalidSegment),
];

fn kind_of(text: &str, rule: &str) -> &'static PlingsError {
    let twice = TWICE_BROKEN.iter().find(|(broken, _)| *broken == text);
    let (_, kind) = twice.or_else(|| KINDS.iter().find(|(name, _)| *name == rule)).unwrap_or_else(|| panic!("a new rule: {rule}"));
    kind
}

#[test]
fn valid_paths() {
    for row in rows("paths", "valid") {
        let path = Path::parse(text(&row, "text")).unwrap();
        assert_eq!(path.text(), text(&row, "text"));
        assert_eq!(path.prefix(), text(&row, "prefix").as_bytes(), "{row}");
        assert_eq!(path.to_pointer(), text(&row, "path_to_pointer").as_bytes(), "{row}");
        assert_eq!(path.chunks().concat(), path.text().as_bytes());
        assert!(path.chunks().iter().all(|chunk| chunk.len() <= 32));
    }
}

#[test]
fn refused_paths() {
    for row in rows("paths", "refused") {
        let (path, rule) = (text(&row, "text"), text(&row, "rule"));
        assert_eq!(&Path::parse(path).unwrap_err(), kind_of(path, rule), "{row}");
    }
}

#[test]
fn class_paths() {
    for row in rows("paths", "class_valid") {
        let path = Path::parse_to_pointer(text(&row, "text")).unwrap();
        assert_eq!(path.to_pointer(), text(&row, "text").as_bytes());
        assert_eq!(path.prefix(), text(&row, "prefix").as_bytes(), "{row}");
        let object = format!("{}.1.1", path.text());
        assert_eq!(Path::parse(&object).unwrap().to_pointer(), path.to_pointer());
    }
    for row in rows("paths", "valid") {
        let class = text(&row, "path_to_pointer");
        assert_eq!(Path::parse_to_pointer(class).unwrap().to_pointer(), class.as_bytes());
    }
    for row in rows("class_pointers", "valid") {
        assert!(Path::parse_to_pointer(text(&row, "path_to_pointer")).is_ok(), "{row}");
    }
}

#[test]
fn refused_class_paths() {
    for row in rows("paths", "class_refused") {
        let (path, rule) = (text(&row, "text"), text(&row, "rule"));
        assert_eq!(&Path::parse_to_pointer(path).unwrap_err(), kind_of(path, rule), "{row}");
    }
}

#[test]
fn prefixes() {
    for row in rows("paths", "class_valid").iter().chain(&rows("paths", "valid")) {
        let mut numbers = text(row, "numbers").split(' ').map(|number| number.parse::<u32>().unwrap());
        let (wallet, index) = (numbers.next().unwrap(), numbers.next().unwrap());
        let expected = if index == 0 { Err(InvalidManufacturerIndex) } else { Ok((wallet as u8, index)) };
        assert_eq!(parse_prefix(text(row, "prefix")), expected, "{row}");
    }
    let refused = [
        ("", InvalidPathLength),
        ("2", InvalidPathLength),
        ("2.", InvalidSegment),
        (".3", InvalidSegment),
        ("2.3.", InvalidSegment),
        ("2.3.4", InvalidSegment),
        ("2.13", InvalidSegment),
        ("2.4GmR59", InvalidSegment),
        ("2.l", InvalidSegment),
        ("1.3", InvalidWallet),
        ("61.3", InvalidWallet),
        ("A.3", InvalidWallet),
        ("2.1", InvalidManufacturerIndex),
    ];
    for (prefix, kind) in refused {
        assert_eq!(parse_prefix(prefix), Err(kind), "{prefix}");
    }
}

#[test]
fn batch_and_instance_are_what_a_path_ends_in() {
    for row in rows("paths", "valid") {
        let path = Path::parse(text(&row, "text")).unwrap();
        let (batch, _) = path.text().rsplit_once('.').unwrap();
        let instance = text(&row, "numbers").rsplit(' ').next().unwrap();
        assert_eq!(path.to_batch(), batch, "{row}");
        assert_eq!(path.instance().to_string(), instance, "{row}");
    }
}

#[test]
fn instances_to_the_last() {
    for instance in [0, 1, 57, 58, 99, 100, 101, 3_363, 3_364, (1 << 31) - 1] {
        let text = format!("2.3.2.G.{}", segment(instance));
        let path = Path::parse(&text).unwrap();
        assert_eq!((path.to_batch(), path.instance()), ("2.3.2.G", instance));
    }
}

#[test]
fn below_a_prefix() {
    let path = Path::parse("2.34.5.6").unwrap();
    assert!(path.is_below(b"2.34"));
    for other in ["2.3", "2.34.", "2.35", "3.34", "", "2.34.5"] {
        assert!(!path.is_below(other.as_bytes()), "{other}");
    }
}

/// A number's one text.
pub fn segment(mut value: u32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(plings::rules::base58::ALPHABET[(value % 58) as usize]);
        value /= 58;
        if value == 0 {
            break;
        }
    }
    digits.iter().rev().copied().map(char::from).collect()
}

#[test]
fn random_paths_and_their_damage() {
    let mut random = Random(1);
    let wallets: Vec<String> = (1..=255).map(segment).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).collect();
    let mut too_long = 0;
    for _ in 0..5_000 {
        let segments = 4 + random.below(13);
        let bits_less = [0, 8, 25][random.below(3)];
        let mut parts = vec![wallets[random.below(wallets.len())].clone()];
        parts.extend((1..segments).map(|_| segment(random.next() as u32 >> 1 >> random.below(bits_less + 1))));
        let path = parts.join(".");
        if path.len() > MAX_BYTES {
            too_long += 1;
            assert_eq!(Path::parse(&path).unwrap_err(), InvalidPathLength);
            continue;
        }
        let parsed = Path::parse(&path).unwrap();
        assert_eq!(parsed.prefix(), parts[..2].join(".").as_bytes());
        assert_eq!(parsed.to_pointer(), parts[..segments - 2].join(".").as_bytes());
        assert_eq!(parsed.to_batch(), parts[..segments - 1].join("."));
        assert_eq!(segment(parsed.instance()), parts[segments - 1]);
        // a second spelling of any one segment is refused
        let at = random.below(segments);
        parts[at].insert(0, '1');
        assert!(Path::parse(&parts.join(".")).is_err());
        // so is a character of no number, anywhere
        let mut bytes = path.into_bytes();
        let at = random.below(bytes.len());
        bytes[at] = b"0OIl-+ _/:\0\n"[random.below(12)];
        assert!(Path::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
    }
    assert!((50..1_000).contains(&too_long), "{too_long}");
}
