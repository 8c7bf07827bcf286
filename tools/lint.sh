#!/usr/bin/env bash
# Everything that is judged without running a test. All parts run; one that fails fails the whole.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=config.settings_test
# The type checker's plugin loads config.settings, which wants a secret; this one opens nothing.
export EVIDENCE_SECRET_KEY=${EVIDENCE_SECRET_KEY:-$(printf 'lint-only-%.0s' {1..6})}

failed=()
part() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" </dev/null || failed+=("$name")
}
part "ruff" .venv/bin/python -m ruff check .
part "types" .venv/bin/python -m mypy .
part "import contracts" .venv/bin/lint-imports
part "migrations" .venv/bin/python manage.py makemigrations --check --dry-run
part "tables" .venv/bin/python manage.py write_tables --check
part "trace matrix" .venv/bin/python tools/trace_matrix.py --check
part "register of requirements" .venv/bin/python tools/validation_record.py --check
if command -v shellcheck >/dev/null; then part "shell" shellcheck -x tools/*.sh .ci/run; fi

[ ${#failed[@]} -eq 0 ] || { printf '\nFailed: %s\n' "${failed[*]}" >&2; exit 1; }
