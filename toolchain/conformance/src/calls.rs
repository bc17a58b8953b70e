//! Every way to call: many and wide arguments, results by value, traits, pointers, closures, generics, recursion.

use crate::input::Input;
use crate::output::{digest, put};
use core::ops::{Add, AddAssign, Index, IndexMut, Mul, Neg, Not};

#[inline(never)]
fn six(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 {
    a ^ b.rotate_left(1) ^ c.rotate_left(2) ^ d.rotate_left(3) ^ e.rotate_left(4) ^ f.rotate_left(5)
}

#[inline(never)]
fn nine(a: u8, b: u16, c: u32, d: u64, e: i8, f: i16, g: i32, h: i64, i: bool) -> i64 {
    i64::from(a) - i64::from(b) + i64::from(c) - (d as i64 >> 3) + i64::from(e) * 5 - i64::from(f) + i64::from(g) - (h >> 2) + i64::from(i)
}

#[inline(never)]
fn slices(a: &[u8], b: &[u8], c: &str, d: &mut Vec<u8>, e: usize) -> usize {
    d.extend_from_slice(a);
    d.extend_from_slice(&b[..e.min(b.len())]);
    d.len() + c.len()
}

pub fn many_arguments(input: &mut Input, out: &mut Vec<u8>) {
    let x: [u64; 6] = core::array::from_fn(|_| input.u64());
    put!(out; six(x[0], x[1], x[2], x[3], x[4], x[5]), six(x[5], x[0], 1, x[2], x[1], 0));
    put!(out; nine(x[0] as u8, x[1] as u16, x[2] as u32, x[3], x[4] as i8, x[5] as i16, x[0] as i32, x[1] as i64, x[2] % 2 == 0));
    let (bytes, mut list) = (x[0].to_le_bytes(), Vec::new());
    put!(out; slices(&bytes, &bytes[2..], "text", &mut list, input.below(10)), &list[..]);
    for word in x {
        put!(out; six(word, x[0], word ^ 1, x[1], word >> 3, x[2]));
    }
}

#[inline(never)]
fn wide(a: u128, b: i128, c: u64) -> u128 {
    a.wrapping_mul(b as u128).wrapping_add(u128::from(c)).rotate_left((c % 128) as u32)
}

#[inline(never)]
fn by_value(a: [u8; 32], b: [u64; 5], c: (u8, u64, u16)) -> u64 {
    digest(a) ^ b.iter().fold(0, |x: u64, y| x.rotate_left(7) ^ y) ^ u64::from(c.0) ^ c.1 ^ u64::from(c.2)
}

pub fn wide_arguments(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..4 {
        put!(out; wide(input.u128(), input.u128() as i128, input.u64()), by_value(input.array(), [input.u64(); 5], (input.u8(), input.u64(), input.u16())));
    }
}

#[inline(never)]
fn pair(a: u64, b: u64) -> (u64, u64) {
    (a.wrapping_mul(b), a.max(b))
}

#[inline(never)]
fn mixed(a: u64) -> (u8, u64, bool) {
    (a as u8, a >> 8, a % 3 == 0)
}

#[inline(never)]
fn maybe(a: u64) -> Option<u64> {
    (a % 3 != 0).then_some(a / 3)
}

#[inline(never)]
fn piece(bytes: &[u8], at: usize) -> &[u8] {
    &bytes[at.min(bytes.len())..]
}

pub fn pair_results(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b) = (input.u64(), input.u64());
    let (x, y) = pair(a, b);
    let (tiny, rest, third) = mixed(x);
    put!(out; x, y, pair(y, x), tiny, rest, third, maybe(a), maybe(b), maybe(x), piece(input.rest(30), a as usize % 40));
}

#[derive(Clone, Copy)]
struct Account {
    owner: [u8; 32],
    lamports: u64,
    history: [u32; 30],
    open: bool,
}

#[inline(never)]
fn account(seed: u64) -> Account {
    Account { owner: [seed as u8; 32], lamports: seed, history: core::array::from_fn(|at| (seed >> (at % 32)) as u32), open: seed % 2 == 0 }
}

impl Account {
    #[inline(never)]
    fn paid(self, amount: u64) -> Result<Account, u8> {
        Ok(Account { lamports: self.lamports.checked_sub(amount).ok_or(4)?, open: !self.open, ..self })
    }

    fn digest(&self) -> u64 {
        digest(self.owner) ^ self.lamports ^ self.history.iter().map(|x| u64::from(*x)).sum::<u64>() ^ u64::from(self.open)
    }
}

pub fn large_structs(input: &mut Input, out: &mut Vec<u8>) {
    let first = account(input.u64());
    let paid = first.paid(input.u64());
    put!(out; first.digest(), paid.map(|a| a.digest()), paid.and_then(|a| a.paid(1)).map(|a| a.lamports));
    let both = [first, account(input.u64())];
    let [_, second] = both;
    put!(out; second.digest(), both.map(|a| a.history[29])[0]);
}

trait Shape {
    const SIDES: u8;
    fn area(&self) -> u64;
    fn scaled(&mut self, by: u64);
    fn described(&self, out: &mut Vec<u8>) {
        put!(out; self.area(), 0xddu8);
    }
}

trait Object {
    fn area(&self) -> u64;
    fn scale(&mut self, by: u64);
    fn describe(&self, out: &mut Vec<u8>);
    fn contains(&self, x: u32, y: u32, deep: bool) -> bool;
}

struct Square(u64);
struct Rectangle(u64, u64);
struct Block {
    filler: [u8; 48],
    edge: u32,
}

impl Shape for Square {
    const SIDES: u8 = 4;
    fn area(&self) -> u64 {
        self.0.wrapping_mul(self.0)
    }
    fn scaled(&mut self, by: u64) {
        self.0 = self.0.wrapping_mul(by);
    }
}

impl Shape for Rectangle {
    const SIDES: u8 = 5;
    fn area(&self) -> u64 {
        self.0.wrapping_mul(self.1)
    }
    fn scaled(&mut self, by: u64) {
        self.1 ^= by;
    }
    fn described(&self, out: &mut Vec<u8>) {
        put!(out; self.0, self.1);
    }
}

impl Shape for Block {
    const SIDES: u8 = 6;
    fn area(&self) -> u64 {
        u64::from(self.edge) * 6 + digest(self.filler) % 1000
    }
    fn scaled(&mut self, by: u64) {
        self.edge ^= by as u32;
        self.filler[(by % 48) as usize] = 1;
    }
}

impl<S: Shape> Object for S {
    fn area(&self) -> u64 {
        Shape::area(self).wrapping_add(S::SIDES.into())
    }
    fn scale(&mut self, by: u64) {
        self.scaled(by);
    }
    fn describe(&self, out: &mut Vec<u8>) {
        self.described(out);
    }
    fn contains(&self, x: u32, y: u32, deep: bool) -> bool {
        u64::from(x) * u64::from(y) < Shape::area(self) && deep
    }
}

pub fn dyn_trait(input: &mut Input, out: &mut Vec<u8>) {
    let mut objects: Vec<Box<dyn Object>> = Vec::new();
    for _ in 0..6 {
        objects.push(match input.u8() % 3 {
            0 => Box::new(Square(input.u64())),
            1 => Box::new(Rectangle(input.u64(), input.u64())),
            _ => Box::new(Block { filler: [input.u8(); 48], edge: input.u32() }),
        });
    }
    let by = input.u64();
    objects.iter_mut().for_each(|o| o.scale(by));
    objects.swap(0, 3);
    for object in &objects {
        put!(out; object.area(), object.contains(input.u32(), input.u32(), input.u8() > 20));
        object.describe(out);
    }
    let borrowed: &dyn Object = &Square(by);
    put!(out; borrowed.area(), objects.iter().map(|o| o.area()).max());
}

#[inline(never)]
fn double(x: u64) -> u64 {
    x.wrapping_mul(2)
}
#[inline(never)]
fn squared(x: u64) -> u64 {
    x.wrapping_mul(x)
}
#[inline(never)]
fn halved(x: u64) -> u64 {
    x / 2
}
#[inline(never)]
fn applied(function: fn(u64) -> u64, times: u8, to: u64) -> u64 {
    (0..times).fold(to, |x, _| function(x))
}

pub fn function_pointers(input: &mut Input, out: &mut Vec<u8>) {
    let functions: [fn(u64) -> u64; 4] = [double, squared, halved, u64::swap_bytes];
    let mut value = input.u64();
    for _ in 0..12 {
        let function = functions[input.below(4)];
        value = applied(function, input.u8() % 4, value);
        put!(out; value, function as usize == functions[1] as usize);
    }
}

pub fn closures(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b) = (input.u64(), input.u64());
    let add = |x: u64| x.wrapping_add(a);
    let mut sum = 0u64;
    let mut gather = |x: u64| sum = sum.rotate_left(3) ^ x;
    (0..5).map(add).for_each(&mut gather);
    gather(b);
    let owned = input.rest(20).to_vec();
    let consume = move || owned.len() as u64 + digest(owned) % 7;
    let boxed: Vec<Box<dyn Fn(u64) -> u64>> = vec![Box::new(add), Box::new(move |x| x ^ b), Box::new(double)];
    let composed = boxed.iter().fold(b, |x, f| f(x));
    let made = (|n: u64| move |x: u64| x.wrapping_mul(n))(a);
    put!(out; sum, consume(), composed, made(3), made(b), called_twice(|x| x.wrapping_sub(a), b), called_by_reference(&add, 9));
}

fn called_twice<F: Fn(u64) -> u64>(function: F, x: u64) -> u64 {
    function(function(x))
}

#[inline(never)]
fn called_by_reference(function: &dyn Fn(u64) -> u64, x: u64) -> u64 {
    function(x) ^ function(x + 1)
}

trait Measure {
    const UNIT: u64;
    type Amount: Copy + Into<u64>;
    fn amount(&self) -> Self::Amount;
    fn total(&self) -> u64 {
        self.amount().into().wrapping_mul(Self::UNIT)
    }
}

struct Grams(u32);
struct Bytes<'a>(&'a [u8]);

impl Measure for Grams {
    const UNIT: u64 = 1_000;
    type Amount = u32;
    fn amount(&self) -> u32 {
        self.0
    }
}

impl Measure for Bytes<'_> {
    const UNIT: u64 = 8;
    type Amount = u8;
    fn amount(&self) -> u8 {
        self.0.len() as u8
    }
}

#[inline(never)]
fn larger<A: Measure, B: Measure>(a: &A, b: &B) -> u64 {
    a.total().max(b.total())
}

fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
    let mut best = *items.first()?;
    for item in items {
        if *item > best {
            best = *item;
        }
    }
    Some(best)
}

pub fn generics(input: &mut Input, out: &mut Vec<u8>) {
    let grams = Grams(input.u32());
    let words = [input.u64() as i64, input.u64() as i64, input.u64() as i64];
    let bytes = input.rest(50);
    put!(out; larger(&grams, &Bytes(bytes)), larger(&Bytes(bytes), &Bytes(&bytes[..bytes.len() / 2])), grams.total());
    put!(out; largest(&words), largest(bytes), largest(&[(1u8, words[0]), (1, words[1])]), largest::<char>(&[]), largest(&["b", "abc"]));
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Matrix<const R: usize, const C: usize>([[u32; C]; R]);

impl<const R: usize, const C: usize, const K: usize> Mul<Matrix<C, K>> for Matrix<R, C> {
    type Output = Matrix<R, K>;
    fn mul(self, other: Matrix<C, K>) -> Matrix<R, K> {
        Matrix(core::array::from_fn(|r| {
            core::array::from_fn(|k| (0..C).fold(0, |sum: u32, c| sum.wrapping_add(self.0[r][c].wrapping_mul(other.0[c][k]))))
        }))
    }
}

pub fn const_generics(input: &mut Input, out: &mut Vec<u8>) {
    let a: Matrix<3, 4> = Matrix(core::array::from_fn(|_| core::array::from_fn(|_| input.u32())));
    let b: Matrix<4, 2> = Matrix(core::array::from_fn(|_| core::array::from_fn(|_| input.u32())));
    let product = a * b;
    put!(out; product.0.concat().into_iter().fold(0u64, |sum, x| sum.rotate_left(9) ^ u64::from(x)), (product * Matrix([[1, 2, 3], [4, 5, 6]])).0[2][2]);
    put!(out; product < Matrix([[0x8000_0000; 2]; 3]), product == a * b);
}

#[inline(never)]
fn ackermann(m: u32, n: u32, left: &mut u32) -> u32 {
    if *left == 0 || n > 12 {
        return n;
    }
    *left -= 1;
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1, left),
        (m, n) => {
            let inner = ackermann(m, n - 1, left);
            ackermann(m - 1, inner, left)
        }
    }
}

#[inline(never)]
fn even(n: u64) -> bool {
    n == 0 || odd(n - 1)
}

#[inline(never)]
fn odd(n: u64) -> bool {
    n != 0 && even(n - 1)
}

enum Tree {
    Leaf(u8),
    Fork(Box<Tree>, Box<Tree>),
}

fn tree(input: &mut Input, depth: u8) -> Tree {
    if depth == 7 || input.u8() % 4 == 0 {
        return Tree::Leaf(input.u8());
    }
    Tree::Fork(Box::new(tree(input, depth + 1)), Box::new(tree(input, depth + 1)))
}

fn folded(tree: &Tree) -> u64 {
    match tree {
        Tree::Leaf(value) => u64::from(*value) + 1,
        Tree::Fork(left, right) => folded(left).wrapping_mul(31).wrapping_add(folded(right)),
    }
}

#[inline(never)]
fn divisor(a: u64, b: u64, depth: u8) -> u64 {
    if b == 0 || depth == 40 {
        a
    } else {
        divisor(b, a % b, depth + 1)
    }
}

#[inline(never)]
fn both(x: u64, depth: u64) -> (u64, u64) {
    if depth == 0 {
        return (x, 1);
    }
    let (a, b) = both(x ^ depth, depth - 1);
    let (c, d) = both(a, depth / 2);
    (a.wrapping_add(c), b ^ d)
}

#[inline(never)]
fn halvings(x: u64, depth: u8) -> Option<u64> {
    if depth == 30 {
        return None;
    }
    if x % 2 == 1 {
        Some(x)
    } else {
        halvings(x / 2, depth + 1)?.checked_add(u64::from(depth))
    }
}

pub fn recursion_of_pairs(input: &mut Input, out: &mut Vec<u8>) {
    put!(out; both(input.u64(), input.u64() % 8), halvings(input.u64(), 0), halvings(input.u64() << 9, 0));
}

pub fn recursion(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b) = (input.u64(), input.u64());
    put!(out; divisor(a, b, 0), even(a % 20), odd(b % 20), ackermann((a % 3) as u32, (b % 4) as u32, &mut 300), folded(&tree(input, 0)));
}

#[derive(Clone, Copy, PartialEq)]
struct Point {
    x: i64,
    y: i64,
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point { x: self.x.wrapping_add(other.x), y: self.y.wrapping_add(other.y) }
    }
}

impl AddAssign<i64> for Point {
    fn add_assign(&mut self, by: i64) {
        self.x = self.x.wrapping_add(by);
    }
}

impl Neg for Point {
    type Output = Point;
    fn neg(self) -> Point {
        Point { x: self.x.wrapping_neg(), y: self.y.wrapping_neg() }
    }
}

impl Not for Point {
    type Output = bool;
    fn not(self) -> bool {
        self.x == 0 && self.y == 0
    }
}

struct Ring([u16; 6]);

impl Index<usize> for Ring {
    type Output = u16;
    fn index(&self, at: usize) -> &u16 {
        &self.0[at % 6]
    }
}

impl IndexMut<usize> for Ring {
    fn index_mut(&mut self, at: usize) -> &mut u16 {
        &mut self.0[at % 6]
    }
}

pub fn operators(input: &mut Input, out: &mut Vec<u8>) {
    let mut point = Point { x: input.u64() as i64, y: input.u32() as i32 as i64 };
    let other = -point + Point { x: 1, y: -1 };
    point += 7;
    put!(out; (point + other).x, (point + other).y, !point, point == other, !(point + -point));
    let mut ring = Ring([3; 6]);
    for at in 0..10 {
        ring[at] ^= input.u16();
    }
    put!(out; ring[7], ring[100], digest(ring.0.into_iter().flat_map(u16::to_le_bytes)));
}
