#!/usr/bin/env bash
# Runs a command with a private PostgreSQL and a private Redis on free ports, and stops both, whatever happens.
#   tools/with_services.sh .venv/bin/python -m pytest tests/compliance
set -euo pipefail
cd "$(dirname "$0")/.."

root=$(mktemp -d "${TMPDIR:-/tmp}/evidence-services.XXXXXX")
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
pg_port=$(.venv/bin/python tools/port_free.py)
redis_port=$(.venv/bin/python tools/port_free.py)
secret=$(.venv/bin/python -c 'import secrets; print(secrets.token_hex(16))')
redis_pid=

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then (cd "$root" && runuser -u postgres -- "$@"); else "$@"; fi
}
stop() {
    trap - EXIT INT TERM
    [ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true
    as_owner "$bin/pg_ctl" stop -s -D "$root/pg" -m immediate 2>/dev/null || true
    wait
    rm -rf "$root"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chmod 755 "$root"
mkdir "$root/redis" "$root/socket"
if [ "$(id -u)" -eq 0 ]; then
    install -d -o postgres -g postgres -m 700 "$root/pg"
    chown postgres "$root/socket"
fi
as_owner "$bin/initdb" -D "$root/pg" -U owner --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --no-sync >"$root/initdb.log"
chmod 700 "$root/socket" # "trust" holds for whoever may enter this folder: the owner of the cluster alone
# No fsync: a test cluster is thrown away, and what a power cut leaves of it interests nobody. A site keeps it on.
as_owner "$bin/pg_ctl" start -s -w -D "$root/pg" -l "$root/pg/server.log" -o "-p $pg_port -k $root/socket \
    -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c timezone=UTC"
as_owner "$bin/psql" -q -v ON_ERROR_STOP=1 -h "$root/socket" -p "$pg_port" -U owner -d postgres \
    -c "CREATE ROLE evidence_owner LOGIN CREATEDB PASSWORD '$secret'" \
    -c "CREATE ROLE evidence_app LOGIN PASSWORD '$secret'"
redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$root/redis" --appendonly yes --appendfsync everysec \
    --maxmemory-policy noeviction --save '' --logfile "$root/redis/server.log" </dev/null &
redis_pid=$!
for _ in {1..100}; do
    [ "$(redis-cli -h 127.0.0.1 -p "$redis_port" ping 2>/dev/null)" = PONG ] && break
    sleep 0.1
done

# The owner makes and migrates databases; the application role owns nothing, as on a site.
export TEST_POSTGRES_URL=postgresql://evidence_owner:$secret@127.0.0.1:$pg_port/postgres
export TEST_POSTGRES_APP_URL=postgresql://evidence_app:$secret@127.0.0.1:$pg_port/postgres
export TEST_REDIS_URL=redis://127.0.0.1:$redis_port/0
"$@"
