#!/usr/bin/env bash
# Runs the reference batches through the domain functions; the last line of the output is JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/site_env.sh
source tools/site_env.sh

.venv/bin/python manage.py migrate --verbosity 0 --skip-checks
exec .venv/bin/python manage.py demo "$@"
