# Everything runs in .venv, which the first target that needs it makes. PYTHON names the Python to make it from.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
BIN := .venv/bin
PROGRAM := client/plings/program

# How many processes test at once. Validators are tested alone: one that is up keeps a core busy.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -q $(if $(CI),--durations=40 --durations-min=2)
TESTS = $(PYTEST) -n $(WORKERS) -m 'not validator' && $(PYTEST) -m validator

# Who builds the program: `official` where Solana's or Anchor's tools are installed, else `offline` (toolchain/).
BUILDER ?= $(if $(shell command -v cargo-build-sbf anchor 2>/dev/null),official,offline)

.DEFAULT_GOAL := help
.PHONY: help venv demo test nightly load lint program program-check rust-test compute-units pictures lock

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

venv: .venv/installed
.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "plings needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

demo: venv ## the main job, from a printed code to an owned object, on the real program in this process
	$(BIN)/plings demo

test: venv lint ## all tests; those that want a validator or Rust say how to get it where it is missing
	$(TESTS)

nightly: venv ## all tests, those too that take long
	export PLINGS_SLOW=1; $(TESTS)

load: venv ## how many micro-payments a validator takes
	$(BIN)/python benchmarks/load.py

lint: venv ## formatting, types, the direction of imports
	$(BIN)/ruff check --quiet client tests benchmarks toolchain
	$(BIN)/ruff format --quiet --check client tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache | tail -n 3

program: ## builds programs/plings and refreshes the committed program and IDL
	$(MAKE) build-$(BUILDER)
	cp target/deploy/plings.so $(PROGRAM)/plings.so
	toolchain/idl programs/plings > target/idl.json
	mv target/idl.json $(PROGRAM)/idl.json

.PHONY: build-offline build-official
build-offline:
	toolchain/build programs/plings --locked

build-official:
	if command -v anchor > /dev/null; then anchor build --no-idl; else cargo build-sbf --manifest-path programs/plings/Cargo.toml; fi

program-check: ## fails unless the committed program and IDL are what the source gives, in whatever folder
	@mkdir -p target
	toolchain/reproduce programs/plings | tee target/reproduced
	@grep -q "^$$(sha256sum < $(PROGRAM)/plings.so | cut -d' ' -f1)" target/reproduced || \
		{ echo '$(PROGRAM)/plings.so is not what the source gives: make program BUILDER=offline' >&2; exit 1; }
	toolchain/idl programs/plings > target/idl.json
	cmp target/idl.json $(PROGRAM)/idl.json

rust-test: ## the program's rules and layouts on this machine, and its lints
	cargo fmt --check
	cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
	cargo test --quiet --locked --workspace

compute-units: venv ## records the compute and cost figures that the tests check
	$(BIN)/python benchmarks/compute_units.py record
	$(BIN)/python benchmarks/costs.py record

pictures: venv ## the README's pictures, from the demo
	rm -rf target/pictures && $(BIN)/plings demo --out target/pictures > /dev/null
	mkdir -p docs/pictures && cp target/pictures/demo.svg docs/pictures/demo.svg
	cp target/pictures/2.3*.svg docs/pictures/code.svg

lock: venv ## writes constraints.txt anew from what is installed
	$(BIN)/pip freeze --exclude-editable > constraints.txt
