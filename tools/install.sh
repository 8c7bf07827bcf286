#!/usr/bin/env bash
# Makes .venv and installs the pinned, hashed requirements. A stamp of their digest says when nothing is to be done.
set -euo pipefail
cd "$(dirname "$0")/.."

files=(requirements.txt)
[ "${1:?run or test}" = run ] || files+=(requirements-dev.txt)
stamp=.venv/.installed-$1
wanted=$(cat tools/uv.txt "${files[@]}" | sha256sum)

if [ -f "$stamp" ] && [ "$(<"$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi
if ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Making .venv"
    "${PYTHON:-python3.11}" -m venv --clear .venv
fi
echo "Installing Python packages for $1 from ${files[*]}"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.txt
.venv/bin/python -m uv pip install --quiet --python .venv/bin/python --require-hashes "${files[@]/#/-r}"
echo "$wanted" >"$stamp"
