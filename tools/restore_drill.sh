#!/usr/bin/env bash
# Restores a backup into a place that is thrown away and reports: tools/restore_drill.sh FOLDER [more options].
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077

from=${1:-}
[ -n "$from" ] || { echo "Name the backup: make restore-drill FROM=folder" >&2; exit 2; }
shift
exec .venv/bin/python manage.py restore_drill --from "$from" "$@"
