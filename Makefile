# One command each. Everything installs into .venv, from locks with hashes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_FLAGS ?=
# Two at once, file by file: one file's tests share what they start. In the order of their folders,
# so that those which start whole houses come first, and the many short ones fill what is left.
AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder
# Empty where `make test` runs them anyway, as in .ci/run.
HOUSE ?= tests/house

.PHONY: demo up down test check docs bench chaos storm lock clean
.DEFAULT_GOAL := demo

$(VENV)/pip:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run: $(VENV)/pip deploy/locks/run.txt pyproject.toml
	@echo "… installing what the bus needs, once" >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r deploy/locks/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: $(VENV)/run deploy/locks/dev.txt
	@echo "… installing what the tests need, once" >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r deploy/locks/dev.txt
	@touch $@

demo: $(VENV)/run  ## Play a crisis between three nations, count, leave nothing behind.
	@$(BIN)/detente demo $(DEMO_FLAGS)

up: $(VENV)/run  ## Start Kafka, all services, the example desks and the watch, and keep them running.
	@$(BIN)/detente up

down: $(VENV)/run  ## Stop all that `make up` started.
	@$(BIN)/detente down

test: $(VENV)/dev  ## Every test that fits into minutes, the ones on a real Kafka included.
	@$(BIN)/detente kafka prepare || true # Fetched in no test's time. Tests say what they miss.
	@$(BIN)/python -m pytest $(AT_ONCE) $(TESTS)

check: $(VENV)/dev  ## Lint, types, imports; docs in step; no contract breaks an older reader.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(if $(HOUSE),$(BIN)/python -m pytest -q $(HOUSE))

docs: $(VENV)/dev  ## Write anew what is generated: READMEs, AsyncAPI, the contracts' page.
	@$(BIN)/python -m tests.house.readme
	@$(BIN)/python -m tests.house.contracts

rehearse: $(VENV)/run  ## Play every crisis in virtual time; a table of history against bus.
	@$(BIN)/detente rehearse run tests/scenarios --out .detente/rehearsals

bench: $(VENV)/dev  ## The hotline beside plain aiokafka on one broker; .detente/bench.json.
	@$(BIN)/python -m tests.bench

chaos: $(VENV)/dev  ## The long campaign of crash rounds: 20 of 2,000 messages.
	@$(BIN)/python -m tests.chaos.campaign --rounds 20 --messages 2000

storm: $(VENV)/dev  ## The watch against a plain fold: 100,000 entries, kills, rebuilds.
	@WATCH_EVENTS=100000 $(BIN)/python -m pytest -q tests/integration/test_watch.py

lock: $(VENV)/dev  ## Write the locks anew, with hashes and without addresses.
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml \
		--extra build -o deploy/locks/run.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml \
		--extra build --extra dev -o deploy/locks/dev.txt

clean:  ## Remove what the commands above made.
	@rm -rf $(VENV) .detente
