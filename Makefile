# Everything here works on a fresh machine that has Python 3.11 to 3.13, pip and make.
#
#   make demo      set up, and open the inspector on a sample model
#   make check     what should be run before each commit: some minutes, no framework
#   make test      everything: check, live models, the page in Chromium
#   make nightly   test, with many more examples for the property tests, and the measurements
#   make doctor    the doctor on all collections of known faults, against its goals
#   make hostile   files of strangers on the command line: a part, or all with HOSTILE=all
#   make fuzz      10,000 mutations of good and hostile files for the readers
#   make bench     the measurements alone
#   make views     pictures of the page for reviewers
#   make wheel     build the distribution into dist/
#   make clean     remove what the others made

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SUITABLE = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python; do \
	if $$each -c '$(SUITABLE)' 2>/dev/null; then command -v $$each; break; fi; done)

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
PYTEST := $(BIN)/python -m pytest

# Tests of live models keep one processor busy; more than four processes would want too much memory.
WORKERS ?= auto
PARALLEL := -n $(WORKERS) --maxprocesses 4 --dist worksteal

# The tools of the tests come first on the path: `.venv/bin/node` is there where the machine has none.
WITH_TOOLS := PATH="$(CURDIR)/$(BIN):$$PATH"
WITH_BACKEND := TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1
# Tests run side by side, one for each processor: threads within them would only wait for each other.
ONE_THREAD := TF_NUM_INTRAOP_THREADS=1 OMP_NUM_THREADS=1
# JAX compiles all that models do, which takes longer than to run the small ones of the tests: it is
# done in haste, and kept for the next test that does the same.
FLAGS_jax := XLA_FLAGS=--xla_backend_optimization_level=0 \
	JAX_COMPILATION_CACHE_DIR="$(CURDIR)/$(VENV)/jax" JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0

# Backends whose tracer is tested, each in a process of its own, and where the tests of each are.
BACKENDS := tensorflow jax torch
# The tour is one long test: begun last, it would keep the others' processor idle.
TESTS_tensorflow := tests/tour tests/tracing tests/doctor
TESTS_jax := tests/tracing_jax
TESTS_torch := tests/tracing_torch
# Backends whose training is watched.
TRAINING_BACKENDS := tensorflow jax torch
HYPOTHESIS_PROFILE ?= default

# How many mutations the readers are given.
MUTATIONS ?= 10000
HOSTILE ?= part

.PHONY: help demo check test nightly bench doctor hostile fuzz views wheel clean
.PHONY: static format lint layers types scripts unit tracing monitoring browser
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

help:
	@sed -n 's/^#  / /p' Makefile

demo: $(DONE)/demo
	$(BIN)/graphscope show sample:mnist_cnn

check: static unit

# mypy and the tests of the scripts take longest, and keep one processor busy each.
static: $(DONE)/scripts
	$(MAKE) --jobs 2 --output-sync=target SIDE_BY_SIDE=yes format lint layers types scripts

test: $(DONE)/system check tracing monitoring hostile browser
	@echo "All tests passed."

nightly:
	$(MAKE) test HYPOTHESIS_PROFILE=nightly GRAPHSCOPE_KILLS=100 GRAPHSCOPE_COVERAGE=all \
		GRAPHSCOPE_DAMAGE=all GRAPHSCOPE_TRAININGS=all GRAPHSCOPE_HOSTILE=all HOSTILE=all
	$(MAKE) fuzz
	$(MAKE) bench
	$(MAKE) doctor

format: $(DONE)/test
	$(BIN)/ruff format --check .

lint: $(DONE)/test
	$(BIN)/ruff check .

layers: $(DONE)/test
	$(BIN)/lint-imports

types: $(DONE)/test
	$(BIN)/mypy

scripts: $(DONE)/scripts
	$(WITH_TOOLS) tests/js/node_modules/.bin/tsc -p jsconfig.json
	$(WITH_TOOLS) tests/js/node_modules/.bin/tsc -p tests/js/page/jsconfig.json
	$(WITH_TOOLS) node --test $$(find tests/js -name '*.test.mjs' -not -path '*/node_modules/*' | sort)

unit: $(DONE)/test
	$(PYTEST) tests/unit $(PARALLEL) --hypothesis-profile=$(HYPOTHESIS_PROFILE)

# Docstrings of the tracers are tested here, where their backend is loaded.
# The tests of all backends together start one process for each.
tracing: $(DONE)/test $(DONE)/backends $(addprefix tracing-,$(BACKENDS))
	$(WITH_BACKEND) $(ONE_THREAD) $(PYTEST) tests/backends
	KERAS_BACKEND=tensorflow $(WITH_BACKEND) $(PYTEST) --doctest-modules tests/support graphscope/tracers

tracing-%: $(DONE)/test $(DONE)/backends
	KERAS_BACKEND=$* $(WITH_BACKEND) $(ONE_THREAD) $(FLAGS_$*) $(PYTEST) $(TESTS_$*) -m $* $(PARALLEL)

monitoring: $(addprefix monitoring-,$(TRAINING_BACKENDS))

monitoring-%: $(DONE)/test $(DONE)/backends
	KERAS_BACKEND=$* $(WITH_BACKEND) $(ONE_THREAD) $(FLAGS_$*) $(PYTEST) tests/monitor -m $* $(PARALLEL)

# In one process, which starts as many commands at a time as there are processors: their time and
# memory are judged.
hostile: $(DONE)/test
	GRAPHSCOPE_HOSTILE=$(HOSTILE) $(PYTEST) tests/hostile tests/fuzz

fuzz: $(DONE)/test
	$(BIN)/python -m tests.fuzz --mutations $(MUTATIONS)

browser: $(DONE)/test $(DONE)/system
	$(PYTEST) tests/browser $(PARALLEL)

bench: $(DONE)/scripts
	for script in $$(find tests/bench -name '*_bench.mjs' | sort); do \
		echo "== $$script"; $(WITH_TOOLS) node $$script; done
	for script in $$(find tests/bench -name '*_bench.py' -printf '%f\n' | sort); do \
		echo "== $$script"; $(WITH_BACKEND) $(BIN)/python -m tests.bench.$${script%.py}; done

doctor: $(DONE)/test
	$(WITH_BACKEND) $(BIN)/python -m tests.bench.doctor all --goals
	$(WITH_BACKEND) $(BIN)/python -m tests.bench.doctor all --healthy

# Review material: nothing compares the pixels.
views: $(DONE)/test $(DONE)/system
	$(WITH_BACKEND) $(BIN)/python -m tests.browser.reference_views docs/images/views

wheel: $(DONE)/test
	$(BIN)/python -m build --outdir dist .

clean:
	rm -rf $(VENV) tests/js/node_modules dist build .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache

# What was set up is remembered in $(DONE), and done again when what it depends on changes.

$(DONE)/venv:
	@[[ -n "$(PYTHON)" ]] || { echo "graphscope needs Python 3.11, 3.12 or 3.13, and found none" \
		"on the path. Install one, or name it: make PYTHON=/path/to/python." >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		"$(PYTHON)" -m pip install --user virtualenv && "$(PYTHON)" -m virtualenv $(VENV); }
	mkdir -p $(DONE) && touch $@

$(DONE)/demo: pyproject.toml | $(DONE)/venv
	$(BIN)/python -m pip install --quiet --editable '.[tensorflow]'
	touch $@

$(DONE)/test: pyproject.toml | $(DONE)/venv
	$(BIN)/python -m pip install --quiet --editable '.[test,tensorflow]'
	touch $@ $(DONE)/demo

# The last version of PyTorch that was tested; where an index offers builds for CPUs only, it is that.
$(DONE)/backends: pyproject.toml | $(DONE)/test
	$(BIN)/python -m pip install --quiet 'jax>=0.6' 'torch==2.13.0'
	touch $@

$(DONE)/scripts: tests/js/package.json tests/js/package-lock.json $(DONE)/test
	BIN=$(BIN) bash .ci/install-node
	$(WITH_TOOLS) npm ci --prefix tests/js --silent --no-fund --no-audit
	touch $@

$(DONE)/system: .ci/install-system-packages | $(DONE)/venv
	bash .ci/install-system-packages
	touch $@
