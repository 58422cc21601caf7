# evgmp. `make run` needs Debian 12 with Python 3.11; everything else it sets up itself, in .venv and .data.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test test-published check campaign lock clean

PYTHON_IN := .venv/bin/python
N ?= 200
SEED ?= 1
# One more than the two cores it is measured on: a test that waits for the browser or the database leaves its core to another.
JOBS ?= 3
# Compiled modules are kept even where the shell says otherwise: a run starts dozens of processes, and each would compile the project anew.
export PYTHONDONTWRITEBYTECODE :=

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

run:  ## set up, load the demonstration plant into an empty database, run server and worker on 127.0.0.1 (PORT=8000, DATABASE_URL=)
	@bash .make/setup.sh run
	@bash .make/run.sh

test:  ## set up Chromium and PostgreSQL, then the whole suite in one pytest run (JOBS=3 processes, ARGS= for more options)
	@bash .make/setup.sh test
	.venv/bin/pytest -n $(JOBS) --dist worksteal $(ARGS)

test-published:  ## the tests that read the published data set (EVGMP_PUBLISHED_DATA= names its folder)
	@bash .make/published.sh "$(ARGS)"

check:  ## lint, types, import floors, missing migrations, deployment settings
	@bash .make/setup.sh check
	@bash .make/check.sh

campaign:  ## races and journeys at length, outside the daily run (N=200 SEED=1)
	@bash .make/setup.sh test
	N=$(N) SEED=$(SEED) .venv/bin/pytest -m "campaign or sized" $(ARGS)

lock:  ## write the hashed lock files anew from pyproject.toml
	@bash .make/lock.sh

clean:  ## remove .venv and caches; the records in .data stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -not -path './.data/*' -prune -exec rm -rf {} +
