# Two commands do all the set-up:  make demo   and   make test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test unit unit-plain unit-checked lint types bench gate clean

demo: $(VENV)/.ready
	$(BIN)/wom demo

# A process a core; files stay whole, as their tests share what they have run.
test: $(VENV)/.ready-test
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.ready-test
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks

types: $(VENV)/.ready-test
	$(BIN)/mypy

# The kernels' tests as plain Python, and compiled with every index checked; `make -j2 unit` runs both at once.
unit: unit-plain unit-checked

# Choosing by sets draws tens of thousands of them, which takes minutes without the compiler; their kernels are in unit/kernels.
unit-plain: $(VENV)/.ready-test
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest tests/unit/kernels tests/unit/engine tests/unit/seeding tests/golden \
	    $(addprefix --ignore=tests/unit/seeding/test_,opim.py opim_edges.py imm.py)

# Of the statistical tests those that bring each kernel to larger networks once; the others bring the same ones there again.
unit-checked: $(VENV)/.ready-test
	NUMBA_BOUNDSCHECK=1 $(BIN)/python -m pytest tests/unit/kernels tests/unit/engine tests/unit/graph tests/unit/seeding tests/statistical \
	    $(addprefix --ignore=tests/statistical/test_,limits_cascades.py limits_diffusion.py limits_epidemics.py \
	    limits_rumour.py limits_talk.py planted_bugs.py exact_spread.py rumour_few.py observed_cascades.py opim.py \
	    sensitivity_intervals.py)

bench: $(VENV)/.ready-bench
	$(BIN)/python benchmarks/cascades.py

# Fails where cascades are less than half as fast beside cynetdiff as was recorded.
gate: $(VENV)/.ready-bench
	$(BIN)/python benchmarks/gate.py

clean:
	rm -rf $(VENV)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wom_sim needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	touch $@

$(VENV)/.ready-bench: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	touch $@
