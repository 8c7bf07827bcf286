# Every target sets up what it needs first; with nothing to do, set-up takes well under a second.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo test lint check trace lock bench pictures tamper-drill audit backup restore-drill

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## system libraries, .venv, the site's own keys; fetches nothing when current
	@tools/apt.sh run
	@tools/install.sh run
	@.venv/bin/python tools/make_keys.py

setup-dev: setup ## the same, and what tests and linters need
	@tools/apt.sh test
	@tools/install.sh test

run: setup ## migrate, make the demo site when empty, serve on 127.0.0.1:8000; Ctrl-C stops
	@exec tools/run.sh

demo: setup ## run the reference batches on this site; the last line is JSON
	@exec tools/demo.sh

lint: setup-dev ## ruff, mypy, import contracts, migrations, trace matrix
	@exec tools/lint.sh

test: setup-dev ## lint, then every test on SQLite and on PostgreSQL, with a real Redis
	@exec tools/with_services.sh tools/test.sh

check: setup-dev ## one part of the tests: make check T=tests/compliance
	@exec tools/with_services.sh .venv/bin/python -m pytest $(T)

trace: setup-dev ## write docs/validation/trace_matrix.md from the markers in tests/
	@.venv/bin/python tools/trace_matrix.py

tamper-drill: setup-dev ## so many random attacks on a filled site, all to be found: make tamper-drill N=1000 SEED=1
	@exec tools/with_services.sh tools/tamper_drill.sh $(or $(N),1000) $(or $(SEED),1)

backup: setup ## database, files and heads into a new folder under seal: make backup TO=folder KEYS_TO=another-folder
	@tools/backup.sh "$(TO)" "$(KEYS_TO)"

restore-drill: setup ## restore a backup into an empty place, verify it there, report under seal: make restore-drill FROM=folder
	@tools/restore_drill.sh "$(FROM)"

audit: setup-dev ## known holes in what the product runs on
	@exec tools/audit.sh

bench: setup ## ratios of the write path, one run
	@PYTHONPATH=. .venv/bin/python bench/write_path.py

pictures: setup-dev ## the pictures of the README, from a running demo site with the batches of `make demo`
	@.venv/bin/python tools/pictures.py --url http://$${EVIDENCE_HOST:-127.0.0.1}:$${EVIDENCE_PORT:-8000} \
	  --logins $${EVIDENCE_VAR:-var}/demo-logins.txt \
	  --pdf $${EVIDENCE_VAR:-var}/demo/EBR-EV-26-0001-01.pdf --out docs/pictures

lock: setup-dev ## pin requirements*.in with hashes
	@exec tools/lock.sh
