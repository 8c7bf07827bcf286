# shellcheck shell=bash
# Sourced by run.sh and demo.sh: where this site lives. Every value can be set from outside.
export EVIDENCE_VAR=${EVIDENCE_VAR:-$PWD/var}
export EVIDENCE_HOST=${EVIDENCE_HOST:-127.0.0.1}
export EVIDENCE_PORT=${EVIDENCE_PORT:-8000}
# A site is demo, test or production for good; `make run` on a new checkout makes a demo site.
export EVIDENCE_SITE_KIND=${EVIDENCE_SITE_KIND:-demo}
umask 077
mkdir -p "$EVIDENCE_VAR/logs" "$EVIDENCE_VAR/static"
.venv/bin/python tools/make_keys.py
