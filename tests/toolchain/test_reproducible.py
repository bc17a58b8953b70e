"""The same source gives the same bytes in any folder, and the program lands where `cargo build-sbf` puts it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from . import suite
from .test_limits import FRAME, MANIFEST

slow = pytest.mark.skipif(
    not os.environ.get("PLINGS_SLOW"), reason="builds the standard library too: set PLINGS_SLOW=1"
)

TINY = FRAME + "fn body(x: [u64; 8]) -> u64 { x[0] / (x[1] | 1) }\n"


@pytest.fixture
def with_std(tmp_path):
    """Makes target folders in which the standard library is built and nothing else is: to build it takes a minute."""
    suite.require_toolchain()
    suite.sbf_program()
    ours = shutil.ignore_patterns("*conformance*", "*limits*", "*.so", "linker", "native", "deploy")

    def made(folder: Path) -> Path:
        return shutil.copytree(suite.TARGET / "conformance", folder, ignore=ours)

    return made


def test_two_folders_give_the_same_bytes(tmp_path, with_std):
    folders = [tmp_path / "a", tmp_path / "another folder" / "deeper"]
    builds = []
    for folder in folders:
        shutil.copytree(suite.CRATE, folder)
        target = with_std(folder / "target")
        environment = os.environ | {
            "CARGO_TARGET_DIR": str(target),
            "CARGO_BUILD_JOBS": "1",
            "RUSTFLAGS": "-Copt-level=1",
        }
        command = [str(suite.TOOLCHAIN / "build"), str(folder), "--locked"]
        builds.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        )
    for build in builds:
        _, messages = build.communicate()
        assert build.returncode == 0, messages
        assert "Compiling conformance" in messages and "warning" not in messages, messages
    first, second = ((folder / "target/deploy/conformance.so").read_bytes() for folder in folders)
    assert first == second
    assert first == suite.sbf_program(), "other bytes than in the project's own folder"
    assert bytes(tmp_path) not in first


def crate(folder: Path, *, manifest: str) -> Path:
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(manifest)
    (folder / "src/lib.rs").write_text(TINY)
    return folder


def test_a_workspace_gets_its_program_at_its_root(tmp_path, with_std):
    package, profile = MANIFEST.replace("[workspace]\n", "").split("[profile", 1)
    member = crate(tmp_path / "programs/limits", manifest=package)
    (tmp_path / "Cargo.toml").write_text(
        f'[workspace]\nmembers = ["programs/limits"]\nresolver = "2"\n\n[profile{profile}'
    )
    with_std(tmp_path / "target")
    result = suite.run(suite.TOOLCHAIN / "build", member, cwd=Path("/"))
    assert result.returncode == 0 and "warning" not in result.stderr, result.stderr
    program = tmp_path / "target/deploy/limits.so"
    assert result.stdout.strip() == str(program)
    assert program.stat().st_size > 0
    assert not (member / "target").exists()

    # cargo has nothing to do, but the program is put back
    program.unlink()
    result = suite.run(suite.TOOLCHAIN / "build", member)
    assert "Compiling" not in result.stderr and program.exists()


def compiled_by(toolchain: Path, folder: Path) -> bool:
    """Whether a build had anything to compile."""
    result = suite.run(toolchain / "build", folder)
    assert result.returncode == 0, result.stderr
    return "Compiling limits" in result.stderr


def test_another_linker_links_again(tmp_path, with_std):
    folder = crate(tmp_path / "limits", manifest=MANIFEST)
    with_std(folder / "target")
    assert compiled_by(suite.TOOLCHAIN, folder)
    assert not compiled_by(suite.TOOLCHAIN, folder)
    (folder / "target/sbf-solana/linker").write_text("the hash of another linker\n")
    assert compiled_by(suite.TOOLCHAIN, folder)
    assert not compiled_by(suite.TOOLCHAIN, folder)


@slow
@pytest.mark.parametrize("part", ["link", "wide.ll"])
def test_a_changed_part_of_the_linker_links_again(tmp_path, part):
    suite.require_toolchain()
    folder = crate(tmp_path / "limits", manifest=MANIFEST)
    toolchain = shutil.copytree(
        suite.TOOLCHAIN, tmp_path / "toolchain", ignore=shutil.ignore_patterns("conformance", "sbf-link")
    )
    assert compiled_by(toolchain, folder)
    assert not compiled_by(toolchain, folder)
    with (toolchain / part).open("a") as file:
        file.write("# changed\n" if part == "link" else "; changed\n")
    assert compiled_by(toolchain, folder)
    assert not compiled_by(toolchain, folder)


@slow
def test_reproduce_builds_everything_twice():
    suite.require_toolchain()
    result = suite.run(suite.TOOLCHAIN / "reproduce", suite.CRATE)
    assert result.returncode == 0 and "reproduced" in result.stdout, result.stdout + result.stderr


@slow
def test_reproduce_finds_a_path_in_the_program(tmp_path):
    suite.require_toolchain()
    folder = crate(tmp_path / "limits", manifest=MANIFEST)
    source = TINY.replace("x[0] /", 'u64::from(env!("CARGO_MANIFEST_DIR").as_bytes()[x[0] as usize]) /')
    (folder / "src/lib.rs").write_text(source)
    suite.succeeded(suite.run("/usr/bin/cargo", "generate-lockfile", cwd=folder))
    result = suite.run(suite.TOOLCHAIN / "reproduce", folder)
    assert result.returncode != 0 and "the two builds differ" in result.stderr, result.stdout + result.stderr
