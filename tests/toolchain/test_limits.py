"""What the toolchain can't build is an error of the link, with a reason, and never wrong code."""

import shutil

import pytest

from . import suite

MANIFEST = """\
[package]
name = "limits"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[profile.release]
lto = "fat"
codegen-units = 1
opt-level = 3
overflow-checks = true
panic = "abort"

[workspace]
"""

FRAME = """
use core::alloc::{GlobalAlloc, Layout};

struct Fixed;

unsafe impl GlobalAlloc for Fixed {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 { 0x3_0000_0100 as *mut u8 }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Fixed = Fixed;

#[no_mangle]
pub unsafe extern "C" fn entrypoint(input: *const [u64; 8]) -> u64 { body(input.read()) }
"""

# What is asked for, the function that asks for it, and part of the error. `None`: it links, which shows that the
# rest of the crate is not what fails.
LIMITS = {
    "nothing": ("fn body(x: [u64; 8]) -> u64 { x[0] / (x[1] | 1) }", None),
    "float arithmetic": (
        "fn body(x: [u64; 8]) -> u64 { (f64::from_bits(x[0]) + 1.5).to_bits() }",
        "'__adddf3' is not supported",
    ),
    "float comparison": (
        "fn body(x: [u64; 8]) -> u64 { u64::from(f64::from_bits(x[0]) < f64::from_bits(x[1])) }",
        "'__ltdf2' is not supported",
    ),
    "formatting of 128 bits": (
        'fn body(x: [u64; 8]) -> u64 { format!("{}", u128::from(x[0]) << 9).len() as u64 }',
        "'__multi3' is not supported",
    ),
    "stable sort": (
        "fn body(x: [u64; 8]) -> u64 { let mut v: Vec<u64> = (0..x[0]).map(|i| i ^ x[1]).collect(); v.sort(); v[0] }",
        "too many arg",
    ),
    "collecting into a map": (
        "fn body(x: [u64; 8]) -> u64 {"
        " let map: std::collections::BTreeMap<u64, u64> = (0..x[0]).map(|i| (i ^ x[1], i)).collect();"
        " map.into_values().next().unwrap() }",
        "too many arg",
    ),
    "frame over 4,096 bytes": (
        "fn body(x: [u64; 8]) -> u64 { let mut big = [x[0]; 600];"
        " for i in 0..x[1] { let at = (big[(i % 600) as usize] % 600) as usize; big[at] ^= i; } big[3] }",
        "stack limit is exceeded",
    ),
    "mutable static": (
        "static mut N: u64 = 5; fn body(x: [u64; 8]) -> u64 { unsafe { N += x[0]; (&raw const N).read_volatile() } }",
        "relocation target is not rodata or text",
    ),
    "static with an atomic": (
        "use core::sync::atomic::{AtomicU64, Ordering::SeqCst}; static N: AtomicU64 = AtomicU64::new(0);"
        " fn body(x: [u64; 8]) -> u64 { N.fetch_add(x[0], SeqCst) }",
        "relocation target is not rodata or text",
    ),
    "pair returned by a pointed-to function": (
        "#[inline(never)] fn a(x: u64) -> (u64, u64) { (x, 3) } #[inline(never)] fn b(x: u64) -> (u64, u64) { (7, x) }"
        " fn body(x: [u64; 8]) -> u64 { let f: [fn(u64) -> (u64, u64); 2] = [a, b];"
        " let (p, q) = f[x[0] as usize % 2](x[1]); p ^ q }",
        "aggregate returns are not supported",
    ),
    "six arguments of a pointed-to function": (
        "type F = fn(u64, u64, u64, u64, u64, u64) -> u64;"
        " #[inline(never)] fn a(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 { a ^ b ^ c << 2 ^ d ^ e ^ f }"
        " #[inline(never)] fn b(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 { a & b | c & d | e & f }"
        " fn body(x: [u64; 8]) -> u64 { let f: [F; 2] = [a, b];"
        " f[x[0] as usize % 2](x[1], x[2], x[3], x[4], x[5], x[6]) }",
        "stack arguments are not supported",
    ),
    "six arguments of a recursive function": (
        "#[inline(never)] fn r(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> u64 {"
        " if f == 0 { a ^ b ^ c ^ d ^ e } else { r(b, c, d, e, a, f - 1) ^ r(c, d, e, a, b, f / 2) << 1 } }"
        " fn body(x: [u64; 8]) -> u64 { r(x[1], x[2], x[3], x[4], x[5], x[0] % 7) }",
        "too many arguments",
    ),
    "a function that nobody defines": (
        'extern "C" { fn no_such_function(x: u64) -> u64; }'
        " fn body(x: [u64; 8]) -> u64 { unsafe { no_such_function(x[0]) } }",
        "no_such_function is missing",
    ),
}


@pytest.fixture(scope="module")
def crate(tmp_path_factory):
    suite.require_toolchain()
    suite.sbf_program()  # the standard library, built once
    folder = tmp_path_factory.mktemp("limits")
    (folder / "src").mkdir()
    (folder / "Cargo.toml").write_text(MANIFEST)
    return folder


@pytest.mark.parametrize("asked", LIMITS)
def test_limit_is_a_link_error(crate, asked):
    body, error = LIMITS[asked]
    (crate / "src/lib.rs").write_text(FRAME + body)
    target = suite.TARGET / "conformance"
    program = target / "deploy/limits.so"
    program.unlink(missing_ok=True)
    result = suite.run(suite.TOOLCHAIN / "build", crate, CARGO_TARGET_DIR=str(target))
    if error is None:
        assert result.returncode == 0 and program.exists(), result.stderr
    else:
        assert result.returncode != 0 and error in result.stderr, result.stderr
        assert "SBF link: " in result.stderr, "not the link's error"
        assert not program.exists()


def test_no_toolchain_is_one_clear_line(tmp_path):
    shutil.copytree(suite.CRATE, tmp_path / "crate")
    result = suite.run(suite.TOOLCHAIN / "build", tmp_path / "crate", SBF_TOOLCHAIN_PREFIX=str(tmp_path / "none"))
    assert result.returncode != 0
    assert result.stderr.count("\n") == 1 and "toolchain/install" in result.stderr
