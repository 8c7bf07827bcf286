#!/usr/bin/env bash
# Backs up this site: tools/backup.sh [FOLDER [FOLDER FOR THE KEYS]]. The site's own environment applies.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077

options=()
[ -z "${1:-}" ] || options+=(--to "$1")
[ -z "${2:-}" ] || options+=(--keys-to "$2")
exec .venv/bin/python manage.py backup_site "${options[@]}"
