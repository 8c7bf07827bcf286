#!/usr/bin/env bash
# Pins requirements*.in, with hashes, for the Python that the product runs on.
set -euo pipefail
cd "$(dirname "$0")/.."

for name in requirements requirements-dev; do
    .venv/bin/python -m uv pip compile --quiet --generate-hashes --python-version 3.11 "$name.in" -o "$name.txt"
done
