#!/usr/bin/env bash
# Serves the site: migrate, fill a new demo site, then web server and worker until Ctrl-C or until one of them ends.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/site_env.sh
source tools/site_env.sh

python=$PWD/.venv/bin/python
logs=$EVIDENCE_VAR/logs
logins=$EVIDENCE_VAR/demo-logins.txt
url=http://$EVIDENCE_HOST:$EVIDENCE_PORT/
children=()

# shellcheck disable=SC2329 # called by the trap
stop() {
    trap - INT TERM EXIT
    [ ${#children[@]} -eq 0 ] || kill -TERM "${children[@]}" 2>/dev/null || true
    wait
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Each child has a session of its own: Ctrl-C reaches this script only, which then asks each child once to finish.
start() {
    local name=$1
    shift
    setsid "$python" -m "$@" >>"$logs/$name.log" 2>&1 </dev/null &
    children+=($!)
}

if ! "$python" tools/port_free.py "$EVIDENCE_HOST" "$EVIDENCE_PORT"; then
    echo "Port $EVIDENCE_PORT on $EVIDENCE_HOST is taken. Stop what uses it, or set EVIDENCE_PORT." >&2
    exit 1
fi
# Guards are judged after the migration that puts them in place, not before.
"$python" manage.py migrate --verbosity 0 --skip-checks
"$python" manage.py check --database default
# The logins are written last of all, so a site that has them is whole.
[ "$EVIDENCE_SITE_KIND" != demo ] || [ -f "$logins" ] || "$python" manage.py demo --if-empty >"$logs/demo.log" || {
    echo "The demo site could not be made; see $logs/demo.log" >&2
    exit 1
}

start web gunicorn config.wsgi --bind "$EVIDENCE_HOST:$EVIDENCE_PORT" --workers 1 --threads 8 \
    --worker-class gthread --timeout 60 --graceful-timeout 20 --no-control-socket
start_worker() {
    start worker celery --app config worker --beat --concurrency 2 --loglevel INFO \
        --schedule "$EVIDENCE_VAR/beat" --pidfile ""
}
start_worker

"$python" tools/wait_for.py "${url}health" "${children[0]}" || { tail -n 40 "$logs/web.log" >&2; exit 1; }
echo "EVidence runs on $url   (logs: $logs; Ctrl-C stops)"
[ ! -f "$logins" ] || { echo "Demo logins:"; cat "$logins"; }

# A worker that ends is started again: the outbox keeps its jobs, and nobody loses a screen over it. The site stops when
# the web server ends, or when the worker ends time after time: half a site must not look like a whole one.
web=${children[0]}
ended=0
while :; do
    code=0 since=$SECONDS
    wait -n "${children[@]}" || code=$?
    if ! kill -0 "$web" 2>/dev/null; then
        echo "The web server ended (code $code); the site stops. See $logs/web.log" >&2
        exit 1
    fi
    ended=$((SECONDS - since < 60 ? ended + 1 : 1))
    if [ "$ended" -gt 3 ]; then
        echo "The worker ended $ended times in a row (code $code); the site stops. See $logs/worker.log" >&2
        exit 1
    fi
    echo "The worker ended (code $code) and is started again; waiting documents follow. See $logs/worker.log" >&2
    children=("$web")
    start_worker
done
