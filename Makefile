# Gatehouse: what one can do here. Plain `make` lists it, a sentence each.
# PORT, HOST, GATEHOUSE_DATA and TLS=1 are taken as arguments (make demo PORT=9000) or from the environment.

MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run demo test lint check bench docs

# Ours is the environment in .venv, whatever else the caller has switched on.
unexport VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
SYNC := .venv/bin/uv sync --frozen --quiet

# Settings as a real server would have them, for the checks that ask about production.
PRODUCTION := GATEHOUSE_MODE=production GATEHOUSE_BASE_URL=https://portal.example.org \
	GATEHOUSE_SECRET_KEY=only-to-check-with-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH \
	EMAIL_URL=smtp://mail.example.org:587 DATABASE_URL=sqlite:///.venv/check/check.db

help: ## List what can be made here.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

setup: .venv/.runtime ## Prepare everything `make demo` needs, without serving.
	@.venv/bin/gatehouse demo

run: .venv/.runtime ## Serve the portal of GATEHOUSE_DATA (default var/), as it is.
	@exec .venv/bin/gatehouse run

demo: setup ## Serve a portal with a small synthetic college in it; Ctrl-C ends it.
	@exec .venv/bin/gatehouse run

test: .venv/.dev ## Run all tests on SQLite, PostgreSQL and in Chromium; as root, install what they need.
	@.venv/bin/python scripts/run-tests

lint: .venv/.dev ## Put code and templates into shape, and show what needs a hand.
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
	.venv/bin/djlint --quiet --lint gatehouse

check: .venv/.dev ## Check format, lint, types, imports, templates, migrations, settings and deploy files.
	@mkdir -p .venv/check
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --quiet --lint gatehouse
	GATEHOUSE_DATA=.venv/check DATABASE_URL=sqlite:///:memory: .venv/bin/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) GATEHOUSE_DATA=.venv/check .venv/bin/python manage.py check --deploy --fail-level WARNING
	.venv/bin/python scripts/lint-deploy

BENCHMARKS := roster mail pages people passes helpdesk identity
ON_POSTGRES := .venv/bin/python -m tests.services.postgres --fsync -- .venv/bin/python

bench: .venv/.dev ## Run every benchmark on SQLite and PostgreSQL; results land in benchmarks/results/.
	@scripts/install-test-packages
	@for name in $(BENCHMARKS); do for on in .venv/bin/python "$(ON_POSTGRES)"; do \
		echo "== $$on -m benchmarks.$$name"; $$on -m benchmarks.$$name || exit 1; done; done

docs: .venv/.dev ## Check the links in docs/ and render it to var/docs/ as plain pages.
	@.venv/bin/python scripts/render-docs

# Two stamps: the portal alone, or with the tools. A changed lock or pyproject.toml syncs again.
.venv/bin/python .venv/bin/uv &:
	@scripts/make-venv

.venv/.runtime: uv.lock pyproject.toml | .venv/bin/python .venv/bin/uv
	$(SYNC) --no-dev --inexact
	@touch $@

.venv/.dev: uv.lock pyproject.toml | .venv/bin/python .venv/bin/uv
	$(SYNC)
	@touch .venv/.runtime $@
