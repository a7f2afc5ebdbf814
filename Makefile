# Ringside's commands. Everything they need beyond Python 3.11 and make lands in .venv/ and var/.

BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help run test bench eval chaos day silence security images lint format requirements

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf 'make %-14s %s\n' "$$name" "$$text"; done

run: ## Install, migrate and start everything; the first start brings a demo company (PORT=8001 make run)
	@scripts/install base
	@exec $(BIN)/python manage.py up

test: ## Lint, type-check and test everything, as continuous integration does (make test ARGS="-k calls")
	@scripts/install dev
	@exec $(BIN)/python -m scripts.check $(ARGS)

bench: ## Measure door, journey and lists; the tables go to docs/performance.md (make bench ARGS="door --quick")
	@scripts/install dev
	@exec $(BIN)/python -m tests.benchmarks $(ARGS)

eval: ## Measure what the built-in analysis reads; the tables go to docs/analysis.md (make eval ARGS="--quick")
	@scripts/install dev
	@exec $(BIN)/python -m tests.evaluation $(ARGS)

chaos: ## Ten minutes of random kills; the result goes to docs/reliability.md (make chaos ARGS="--seconds 60")
	@scripts/install dev
	@exec $(BIN)/python -m tests.faults.chaos $(ARGS)

day: ## A provider's day of a thousand calls, a fifth without webhook; the result goes to docs/reliability.md
	@scripts/install dev
	@RINGSIDE_DAY_CALLS=1000 $(BIN)/python -m pytest -q tests/journeys/test_a_provider_day.py

silence: ## Half an hour without webhooks, a thousand calls in it; the result goes to docs/reliability.md
	@scripts/install dev
	@RINGSIDE_SILENCE_CALLS=1000 $(BIN)/python -m pytest -q tests/journeys/test_webhooks_fall_silent.py

security: ## Look for holes: bandit, raw SQL, escaping, secrets in files and history, headers, access, logs
	@scripts/install dev
	@exec $(BIN)/python -m scripts.security $(ARGS)

images: ## Take the pictures of docs/images anew, in the browser test
	@scripts/install dev
	@RINGSIDE_IMAGES=docs/images $(BIN)/python -m pytest tests/browser/test_pages.py -q -k sound

lint: ## The checks of make test that need no database
	@scripts/install dev
	@exec $(BIN)/python -m scripts.check --only lint

format: ## Rewrite the code in the house's format
	@scripts/install dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

requirements: ## Pin requirements/*.in anew (make requirements ARGS=--upgrade)
	@scripts/install dev
	@$(COMPILE) $(ARGS) requirements/base.in -o requirements/base.txt
	@$(COMPILE) $(ARGS) requirements/dev.in -o requirements/dev.txt
