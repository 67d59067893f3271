# The commands of this project; each starts from nothing. Settings: see `make help` and docs.
.DEFAULT_GOAL := help
.SILENT:
BIN := .venv/bin

.PHONY: help run test check fix lock bench faults audit venv

help:
	echo 'make run    the whole portal with demo data in this terminal; Ctrl-C stops all'
	echo 'make test   the whole test suite, on real PostgreSQL and Redis'
	echo 'make check  static checks: format, lint, imports, types, migrations, deployment, schema'
	echo 'make fix    format, and mend what ruff can'
	echo 'make lock   pin the packages of requirements*.in'
	echo 'make bench  benchmarks'
	echo 'make faults 2,000 reminders at a time to a Zalo that is made to fail: who is told, who is called'
	echo 'make audit  Lighthouse on the pages of citizens; installs it under LOCAL_DIR'
	echo
	echo 'Environment: PORT (8000), SANDBOX_PORT (8001), LOCAL_DIR (.local), DATABASE_URL, REDIS_URL,'
	echo '             DEMO_PASSWORD, CHROME_BIN, PYTHON (3.11 or later), TEST_DB_SUFFIX'

# Tied to make: who kills that has stopped everything.
run: venv
	exec $(BIN)/python -m tools.tied $$PPID tools.run

# Two at a time: each process has a database, a corner of Redis and a browser of its own.
test: venv
	exec $(BIN)/python -m pytest -n 2

check: venv
	exec $(BIN)/python -m tools.check

fix: venv
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

PIP_COMPILE = $(BIN)/pip-compile --quiet --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: venv
	$(PIP_COMPILE) -o requirements.txt requirements.in
	$(PIP_COMPILE) --allow-unsafe -o requirements-dev.txt requirements-dev.in

bench: venv
	exec $(BIN)/python -m bench

faults: venv
	exec $(BIN)/python -m bench faults

audit: venv
	exec $(BIN)/python -m tools.audit

# 3.11 and 3.12 first: the Redis of the wheel exists for these only.
venv:
	for python in $(PYTHON) python3.11 python3.12 python3 python3.13 python3.14; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python -m tools.venv; \
		fi; \
	done; \
	echo 'Python 3.11 or later is needed: apt install python3.11 python3.11-venv, or set PYTHON' >&2; exit 1
