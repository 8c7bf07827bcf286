#!/usr/bin/env bash
# Lint, then all tests on SQLite and on PostgreSQL, then coverage of both together. Call it through with_services.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${TEST_POSTGRES_URL:?start this through tools/with_services.sh}" "${TEST_REDIS_URL:?}"
if [ -z "${EVIDENCE_TEST_DATA:-}" ]; then
    echo "EVIDENCE_TEST_DATA is not set: tests that read real instrument files are skipped."
fi

failed=()
part() {
    local name=$1 begin=$SECONDS
    shift
    printf '\n===== %s\n' "$name"
    "$@" </dev/null || failed+=("$name")
    printf '===== %s took %s s\n' "$name" $((SECONDS - begin))
}
tests_on() {
    EVIDENCE_TEST_DATABASE=$1 COVERAGE_FILE=.coverage.$1 .venv/bin/python -m pytest \
        -n 2 --dist loadgroup --cov --cov-report= --junitxml="build/$1.xml" -o junit_family=xunit1 "${@:2}"
}
coverage() { .venv/bin/python -m coverage "$@"; }

rm -f .coverage .coverage.*
part "lint" tools/lint.sh
part "tests on SQLite" tests_on sqlite
part "tests on PostgreSQL" tests_on postgres
part "coverage: data" coverage combine --quiet
part "coverage: domain, guards, states" coverage report --precision=2 --fail-under=99.9 --include='*/domain/*,*/guards.py,*/states.py'
part "validation record" .venv/bin/python tools/validation_record.py build/sqlite.xml build/postgres.xml
part "coverage: all" coverage report --fail-under=90

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed: %s\n' "$(printf '%s; ' "${failed[@]}")" >&2
    exit 1
fi
printf '\nAll passed in %s s.\n' "$SECONDS"
