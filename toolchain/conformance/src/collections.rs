//! Heap-allocated collections.

use crate::input::Input;
use crate::output::{digest, put};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::rc::Rc;

pub fn vec(input: &mut Input, out: &mut Vec<u8>) {
    let mut list: Vec<u64> = Vec::new();
    for _ in 0..40 {
        let value = input.u16().into();
        let at = input.below(list.len() + 1);
        match input.u8() % 8 {
            0 | 1 => list.push(value),
            2 => list.insert(at, value),
            3 if at < list.len() => put!(out; list.remove(at)),
            4 if at < list.len() => put!(out; list.swap_remove(at)),
            5 => put!(out; list.pop()),
            6 => list.extend([value, value + 1, value + 2]),
            _ => list.truncate(at + 3),
        }
    }
    put!(out; list.len(), digest(list.iter().flat_map(|v| v.to_le_bytes())));
    let tail = list.split_off(list.len() / 2);
    let drained: Vec<u64> = list.drain(list.len() / 4..).collect();
    put!(out; tail.len(), drained.iter().copied().max(), list.iter().sum::<u64>(), list == drained);
    list.splice(..0, tail);
    list.resize(list.len() + 3, 77);
    list.shrink_to_fit();
    put!(out; digest(list.into_iter().flat_map(u64::to_be_bytes)));
}

pub fn vec_of_odd_elements(input: &mut Input, out: &mut Vec<u8>) {
    let mut threes: Vec<[u8; 3]> = Vec::new();
    let mut pairs: Vec<(u8, u64)> = Vec::new();
    let mut keys: Vec<[u8; 33]> = Vec::new();
    let mut units: Vec<()> = Vec::new();
    for _ in 0..20 {
        threes.push(input.array());
        pairs.push((input.u8(), input.u64()));
        keys.push([input.u8(); 33]);
        units.push(());
    }
    threes.remove(input.below(20));
    pairs.swap_remove(input.below(20));
    keys.insert(input.below(20), [9; 33]);
    put!(out; digest(threes.concat()), digest(keys.concat()), units.len(), keys.contains(&[0; 33]));
    put!(out; pairs.iter().fold(0u64, |sum, (a, b)| sum.rotate_left(u32::from(*a)) ^ b), pairs.iter().map(|p| p.0).max());
}

pub fn vec_nested(input: &mut Input, out: &mut Vec<u8>) {
    let mut rows: Vec<Vec<u8>> = vec![Vec::new(); 5];
    while !input.is_empty() {
        let row = input.below(5);
        rows[row].push(input.u8());
    }
    rows.retain(|row| row.len() != 3);
    rows.reverse();
    let names: Vec<String> = rows.iter().map(|row| row.iter().map(|b| char::from(b'a' + b % 26)).collect()).collect();
    put!(out; digest(rows.concat()), names.join("-").get(..60.min(names.join("-").len())), rows.iter().map(Vec::len).max());
}

pub fn deque(input: &mut Input, out: &mut Vec<u8>) {
    let mut queue = VecDeque::with_capacity(4);
    for _ in 0..40 {
        let value = input.u16();
        match input.u8() % 5 {
            0 | 1 => queue.push_back(value),
            2 => queue.push_front(value),
            3 => put!(out; queue.pop_front()),
            _ => put!(out; queue.pop_back()),
        }
    }
    put!(out; queue.len(), queue.get(1).copied(), queue.iter().rev().fold(0u16, |x, y| x.rotate_left(1) ^ y));
}

pub fn btree_map(input: &mut Input, out: &mut Vec<u8>) {
    let mut map = BTreeMap::new();
    for round in 0..60u32 {
        let key = input.u8() % 40;
        match input.u8() % 6 {
            0 => put!(out; map.remove(&key)),
            1 => *map.entry(key).or_insert(1000) += round,
            2 => put!(out; map.get(&key).copied()),
            _ => put!(out; map.insert(key, round)),
        }
    }
    put!(out; map.len(), map.first_key_value().map(|(k, v)| (*k, *v)), map.last_key_value().map(|(k, v)| (*k, *v)));
    put!(out; map.range(10..30).map(|(k, v)| u32::from(*k) * v).sum::<u32>(), map.range(20..).next().map(|(k, _)| *k));
    put!(out; digest(map.iter().flat_map(|(k, v)| [*k, *v as u8])), map.pop_first(), map.contains_key(&3));
    let high = map.split_off(&20);
    put!(out; high.len(), map.values().sum::<u32>(), digest(high.into_keys()));
}

pub fn btree_map_of_vectors(input: &mut Input, out: &mut Vec<u8>) {
    let mut map: BTreeMap<[u8; 2], Vec<u8>> = BTreeMap::new();
    for _ in 0..40 {
        let key = [input.u8() % 4, input.u8() % 4];
        map.entry(key).or_default().push(input.u8());
    }
    map.retain(|key, values| key[0] != key[1] || values.len() > 2);
    for (key, values) in &map {
        put!(out; *key, digest(values.iter().copied()));
    }
    let mut text = BTreeMap::new(); // not `collect`, which sorts first
    text.extend(map.iter().map(|(k, v)| (format!("{}/{}", k[1], k[0]), v.len() as u64)));
    put!(out; text.keys().next().map(String::as_str), text.get("1/2").copied(), text.values().sum::<u64>());
}

pub fn btree_set(input: &mut Input, out: &mut Vec<u8>) {
    // not `collect`, which sorts first
    let (mut one, mut other) = (BTreeSet::new(), BTreeSet::new());
    one.extend(input.rest(30).iter().map(|b| b % 50));
    other.extend((0..50u8).filter(|x| x % 3 == 0));
    put!(out; digest(one.union(&other).copied()), digest(one.intersection(&other).copied()), digest(one.difference(&other).copied()));
    put!(out; one.is_subset(&other), one.len(), one.range(7..).next().copied(), one.iter().rev().next().copied());
}

pub fn binary_heap(input: &mut Input, out: &mut Vec<u8>) {
    let mut heap = BinaryHeap::new();
    for _ in 0..24 {
        heap.push((input.u16() % 100, input.u8()));
        if input.u8() % 3 == 0 {
            put!(out; heap.pop());
        }
    }
    while let Some((priority, item)) = heap.pop() {
        put!(out; priority, item);
    }
}

pub fn box_rc_cell(input: &mut Input, out: &mut Vec<u8>) {
    enum List {
        Node(u64, Box<List>),
        End,
    }
    let mut list = List::End;
    for _ in 0..10 {
        list = List::Node(input.u64(), Box::new(list));
    }
    let mut at = &list;
    let mut sum = 0u64;
    while let List::Node(value, next) = at {
        sum = sum.rotate_left(5) ^ value;
        at = next;
    }
    let shared = Rc::new(RefCell::new(vec![input.u8()]));
    let other = Rc::clone(&shared);
    other.borrow_mut().push(input.u8());
    let count = Cell::new(input.u32());
    count.set(count.get().wrapping_add(1));
    put!(out; sum, &shared.borrow()[..], Rc::strong_count(&shared), count.get(), shared.try_borrow_mut().is_ok());
    drop(other);
    put!(out; Rc::try_unwrap(shared).is_ok());
    let text: Box<str> = "boxed".into();
    let bytes: Box<[u8]> = input.rest(20).into();
    let array: Box<[u64; 40]> = Box::new([sum; 40]);
    put!(out; &*text, &*bytes, array.iter().fold(0u64, |x, y| x.wrapping_add(*y)));
}

pub fn drop_order(input: &mut Input, out: &mut Vec<u8>) {
    struct Noted<'a>(u8, &'a RefCell<Vec<u8>>);
    impl Drop for Noted<'_> {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }
    let notes = RefCell::new(Vec::new());
    {
        let _first = Noted(input.u8(), &notes);
        let second = Noted(input.u8(), &notes);
        let many: Vec<Noted> = (0..4).map(|x| Noted(x, &notes)).collect();
        if input.u8() % 2 == 0 {
            drop(second);
        }
        let _ = Noted(99, &notes);
        let kept = many.into_iter().nth(2);
        put!(out; kept.map(|k| k.0));
    }
    put!(out; &notes.borrow()[..]);
}
