"""The steps of `link` that rewrite LLVM's text, on small modules."""

import importlib.util
import re
import shutil
import subprocess
from importlib.machinery import SourceFileLoader
from types import ModuleType

import pytest

from . import suite


@pytest.fixture(scope="module")
def link() -> ModuleType:
    loader = SourceFileLoader("sbf_link", str(suite.TOOLCHAIN / "link"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("sbf_link", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("groups", [5, 95, 1_200])
def test_attribute_groups_keep_their_numbers_apart(link, groups):
    """LLVM takes a second definition of a group without a word, and every function of that group changes its nature."""
    module = "\n".join(f"attributes #{number} = {{ noinline nounwind }}" for number in range(groups))
    defined = re.findall(r"^attributes #(\d+) ", link.fit_to_sbf(module), re.MULTILINE)
    assert len(defined) == len(set(defined)) == 2 * groups


def test_functions_past_the_registers_are_inlined(link):
    narrow = "define internal fastcc i64 @f(i64 noundef %0, ptr align 8 dereferenceable(16) %1) unnamed_addr #7 {"
    wide_result = "define hidden { i64, i64 } @g(i64 %0) unnamed_addr #7 {"
    six = "define void @h(i64 %0, i128 %1, ptr captures(none) %2, i64 range(i64 0, 5) %3, i64 %4) #7 {"
    assert link.fit_line(narrow) == narrow
    assert link.fit_line(wide_result) == "define internal { i64, i64 } @g(i64 %0) unnamed_addr alwaysinline #1000007 {"
    assert link.fit_line(six) == six.replace("define", "define internal").replace("#7", "alwaysinline #1000007")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  %5 = mul nuw i128 %3, %4", "  %5 = call i128 @sbf.mul.i128(i128 %3, i128 %4)"),
        ("  %5 = udiv i128 %3, 10, !dbg !1", "  %5 = call i128 @sbf.udiv.i128(i128 %3, i128 10), !dbg !1"),
        ("  %5 = shl i128 %3, 64", "  %5 = shl i128 %3, 64"),
        ("  %5 = lshr i128 1, %3", "  %5 = call i128 @sbf.lshr.i128(i128 1, i128 %3)"),
        ("  %5 = sdiv exact i16 %3, -7", "  %5 = call i16 @sbf.sdiv.i16(i16 %3, i16 -7)"),
        ("  %5 = srem i64 %3, %4", "  %5 = call i64 @sbf.srem.i64(i64 %3, i64 %4)"),
        ("  %5 = udiv i64 %3, %4", "  %5 = udiv i64 %3, %4"),
        ("  %5 = mul i64 %3, %4", "  %5 = mul i64 %3, %4"),
    ],
)
def test_operations_that_sbf_has_not(link, line, expected):
    assert link.fit_line(line) == expected


def test_divisions_stay_behind_the_check_of_their_divisor(link):
    module = "  %3 = udiv i64 %1, %2\n  %4 = urem exact i8 %a, %b, !dbg !1\n  %5 = udiv i32 %1, 10\n"
    assert link.keep_divisions_in_place(module) == (
        '  %sbf.divisor.0 = call i64 asm sideeffect "", "=r,0"(i64 %2)\n  %3 = udiv i64 %1, %sbf.divisor.0\n'
        '  %sbf.divisor.1 = call i8 asm sideeffect "", "=r,0"(i8 %b)\n'
        "  %4 = urem exact i8 %a, %sbf.divisor.1, !dbg !1\n"
        "  %5 = udiv i32 %1, 10\n"
    )


@pytest.mark.parametrize("line", ["  %3 = udiv <2 x i64> %1, %2", "  %3 = sdiv i64 %1, %2", "  %3 = urem i64 %1, 0"])
def test_unknown_divisions_are_refused(link, line):
    with pytest.raises(SystemExit, match="a division of a form not known here"):
        link.keep_divisions_in_place(line + "\n")


TWICE_GUARDED = """\
define i64 @f(i64 %a, i64 %b, ptr %p) {
  %none = icmp eq i64 %b, 0
  br i1 %none, label %after, label %first
first:
  %q = udiv i64 %a, %b
  store volatile i64 %q, ptr %p
  br label %after
after:
  %flag = load volatile i64, ptr %p
  br i1 %none, label %never, label %second
second:
  %again = udiv i64 %a, %b
  store volatile i64 %again, ptr %p
  ret i64 3
never:
  ret i64 2
}
"""


def test_llc_moves_divisions_and_link_prevents_it(link):
    """The fault itself, in LLVM's own code generator: should it go, so can `keep_divisions_in_place`."""
    llc = shutil.which("llc-22")
    suite.require(llc is not None, "no llc-22: run toolchain/install")

    def division_before_branch(module: str) -> bool:
        command = [llc, "-O3", "-march=bpfel", "-mcpu=v2", "-o", "-"]
        text = subprocess.run(command, input=module, text=True, capture_output=True, check=True).stdout
        assert "/=" in text
        return text.index("/=") < text.index("if r")

    assert division_before_branch(TWICE_GUARDED)
    assert not division_before_branch(link.keep_divisions_in_place(TWICE_GUARDED))


def test_memory_calls_become_syscalls_past_their_inline_size(link):
    copy = "  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %a, ptr align 1 {source}, i64 {size}, i1 false), !x !2"
    moved = link.call_memory_syscalls(copy.format(source="%b", size="%n"))
    assert "call void @sol_memmove_(ptr %a, ptr %b, i64 %n)" in moved
    assert "sol_memmove_" not in link.call_memory_syscalls(copy.format(source="%b", size="64"))
    element = "getelementptr inbounds nuw (i8, ptr @t, i64 16)"
    assert f"ptr {element}, i64 65)" in link.call_memory_syscalls(copy.format(source=element, size="65"))
    fill = "  call void @llvm.memset.p0.i64(ptr align 8 %a, i8 0, i64 %n, i1 false)"
    assert "  call void @sol_memset_(ptr %a, i8 0, i64 %n)" in link.call_memory_syscalls(fill)
