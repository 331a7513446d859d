# The verbs. `make learn` and `make test` need nothing but Python 3.11 or newer.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: learn test check conformance fidelity clients bench abuse fuzz picture clean

learn: $(VENV)/.run          ## set up, and start the tutor
	@$(BIN)/port110

test: $(VENV)/.dev           ## set up, and run the tests
	$(BIN)/python -m pytest -q

check: $(VENV)/.dev          ## style, types, and the lessons' own proofs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/port110 check

conformance: $(VENV)/.dev    ## our server held to the RFCs, on four kinds of line
	$(BIN)/python tests/conformance/run.py --ours

fidelity: $(VENV)/.dev       ## recorded dialogues of real servers, said to our personalities
	$(BIN)/python tests/fidelity/run.py --brief

clients: $(VENV)/.dev        ## real mail programs against port110 serve
	.ci/clients

bench: $(VENV)/.bench        ## the promises of speed, measured
	$(BIN)/python tests/bench/run.py

fuzz: $(VENV)/.dev           ## the promises about any input, tried as often as promised
	PYTHONPATH=tests:. $(BIN)/python tests/fuzz/run.py

abuse: $(VENV)/.dev          ## attacks on `port110 serve`, and what it promises meanwhile
	$(BIN)/python tests/abuse/run.py

picture: $(VENV)/.run        ## draw the README's picture anew
	$(BIN)/port110 practise --svg .github/session.svg < .github/session.txt

clean:                       ## forget what was set up
	rm -rf $(VENV) build dist

# A stamp for each degree of set-up; a change of pyproject.toml makes them stale.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/python
	@echo "Setting up in $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@ $(VENV)/.run

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev,bench]"
	@touch $@ $(VENV)/.dev $(VENV)/.run
