use plings::rules::title::{place_of_payment, place_of_transfer, Link, MOST_LINKS};

use crate::support::Random;

type Owner = [u8; 32];

const ALICE: Owner = [1; 32];
const BOB: Owner = [2; 32];
const CAROL: Owner = [3; 32];
const MOST: u64 = u64::MAX;

fn title(links: &[(u64, Owner)]) -> Vec<Link> {
    links.iter().map(|&(number, owner)| Link { number, owner }).collect()
}

#[test]
fn payments_before_the_titles_first_begin_it_anew() {
    let (none, one) = (title(&[]), title(&[(5, ALICE)]));
    let three = title(&[(5, ALICE), (6, BOB), (9, CAROL)]);
    let cases = [
        (&none, 0, Some(0)),
        (&none, MOST, Some(0)),
        (&one, 0, Some(0)),
        (&one, 4, Some(0)),
        (&one, 5, None),
        (&one, 6, None),
        (&one, MOST, None),
        (&three, 4, Some(0)),
        (&three, 5, None),
        (&three, 7, None),
    ];
    for (links, number, place) in cases {
        assert_eq!(place_of_payment(links, number), place, "payment {number} in {links:?}");
    }
}

#[test]
fn transfers_by_the_owner_at_their_place_follow() {
    let (none, one) = (title(&[]), title(&[(5, ALICE)]));
    let three = title(&[(5, ALICE), (6, BOB), (9, CAROL)]);
    let back = title(&[(5, ALICE), (6, BOB), (9, ALICE)]);
    let (first, last) = (title(&[(0, ALICE)]), title(&[(MOST - 1, ALICE), (MOST, BOB)]));
    let cases = [
        (&none, 0, ALICE, None),
        (&none, MOST, ALICE, None),
        (&one, 4, ALICE, None), // before the title begins
        (&one, 5, ALICE, None),
        (&one, 6, ALICE, Some(1)),
        (&one, MOST, ALICE, Some(1)),
        (&one, 6, BOB, None),
        (&three, 5, ALICE, None),
        (&three, 6, ALICE, None), // is shown
        (&three, 7, ALICE, None), // not hers any more
        (&three, 7, BOB, Some(2)),
        (&three, 8, BOB, Some(2)),
        (&three, 9, BOB, None), // is shown
        (&three, 10, BOB, None),
        (&three, 10, CAROL, Some(3)),
        (&three, 7, CAROL, None), // not hers yet
        (&back, 7, ALICE, None),
        (&back, 10, ALICE, Some(3)),
        (&first, 0, ALICE, None),
        (&first, 1, ALICE, Some(1)),
        (&last, MOST, ALICE, None),
        (&last, MOST, BOB, None),
    ];
    for (links, number, actor, place) in cases {
        assert_eq!(place_of_transfer(links, number, &actor), place, "transfer {number} by {actor:?} in {links:?}");
    }
}

#[test]
fn a_title_has_at_most_a_hundred_links() {
    let links: Vec<Link> = (0..MOST_LINKS as u64).map(|number| Link { number: 2 * number, owner: ALICE }).collect();
    assert_eq!(place_of_transfer(&links, 1_000, &ALICE), None);
    assert_eq!(place_of_transfer(&links, 2 * 99 - 1, &ALICE), Some(99), "in place of the last");
    assert_eq!(place_of_transfer(&links[..99], 1_000, &ALICE), Some(99));
}

#[derive(Clone, Copy)]
struct Entry {
    is_payment: bool,
    actor: Owner,
    owner: Owner,
}

/// The whole log's answer.
fn by_log(log: &[Entry]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (number, entry) in (0..).zip(log) {
        let counts = match links.last() {
            None => entry.is_payment,
            Some(last) => !entry.is_payment && last.owner == entry.actor,
        };
        if counts {
            links.push(Link { number, owner: entry.owner });
        }
    }
    links
}

/// Shows one entry; whether it changed anything.
fn show(links: &mut Vec<Link>, log: &[Entry], number: usize) -> bool {
    let entry = log[number];
    let number = number as u64;
    let place = if entry.is_payment { place_of_payment(links, number) } else { place_of_transfer(links, number, &entry.actor) };
    let Some(place) = place else { return false };
    links.truncate(place);
    links.push(Link { number, owner: entry.owner });
    true
}

fn random_log(random: &mut Random, length: usize) -> Vec<Entry> {
    let people = [ALICE, BOB, CAROL, [4; 32]];
    let mut log: Vec<Entry> = Vec::new();
    for _ in 0..length {
        let is_payment = random.below(4) == 0;
        let mut actor = people[random.below(4)];
        if let (Some(last), true) = (by_log(&log).last(), random.below(2) == 0) {
            actor = last.owner;
        }
        let owner = if is_payment { actor } else { people[random.below(4)] };
        log.push(Entry { is_payment, actor, owner });
    }
    log
}

/// In whatever order entries are shown: the links that agree with the log's never get fewer, links stay in order, and
/// where nothing changes any more the title is the log's.
#[test]
fn titles_come_to_the_logs_answer() {
    let random = &mut Random(8);
    for _ in 0..2_000 {
        let length = 1 + random.below(14);
        let log = random_log(random, length);
        let answer = by_log(&log);
        let (mut links, mut best) = (Vec::new(), 0);
        for _ in 0..20 * length {
            show(&mut links, &log, random.below(length));
            let agreeing = links.iter().zip(&answer).take_while(|(one, other)| one == other).count();
            assert!(agreeing >= best);
            best = agreeing;
            assert!(links.windows(2).all(|pair| pair[0].number < pair[1].number));
        }
        for number in 0..length {
            show(&mut links, &log, number);
        }
        assert_eq!(links, answer);
        assert!((0..length).all(|number| !show(&mut links, &log, number)), "and nothing changes it");
    }
}
