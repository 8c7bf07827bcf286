#!/usr/bin/env bash
# Installs the Debian packages that are missing for `run` or `test`; with none missing it does nothing.
set -euo pipefail

packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk)
if [ "${1:?run or test}" = test ]; then
    packages+=(postgresql redis-server chromium poppler-utils libnss3-tools qpdf ghostscript)
fi
if ! "${PYTHON:-python3.11}" -c 'import ensurepip, venv' 2>/dev/null; then
    packages+=(python3-venv)
fi
if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system: install the equivalents of ${packages[*]} yourself."
    exit 0
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "As root: apt-get install ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
fi
echo "Installing Debian packages: ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
"${apt[@]}" update </dev/null
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null
