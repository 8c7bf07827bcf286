#!/usr/bin/env bash
# Random attacks on a filled site, on SQLite and on PostgreSQL: tools/tamper_drill.sh 1000 1. Call it through with_services.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${TEST_POSTGRES_URL:?start this through tools/with_services.sh}"

failed=0
for database in sqlite postgres; do
    EVIDENCE_TEST_DATABASE=$database .venv/bin/python tests/drills/tamper.py -n "$1" --seed "$2" || failed=1
done
exit $failed
