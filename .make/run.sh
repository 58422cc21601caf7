#!/usr/bin/env bash
# Migrates, fills an empty database with the demonstration plant, and runs server and worker until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=evgmp.settings.dev
export PORT="${PORT:-8000}"

if ! .venv/bin/python -c "import socket; socket.create_server(('127.0.0.1', $PORT)).close()" 2>/dev/null; then
  echo "Port $PORT of 127.0.0.1 is in use. Choose another one: make run PORT=8001" >&2
  exit 1
fi
# In one process: each start of Django costs seconds.
.venv/bin/python manage.py demo --migrate --quiet --accounts
echo
echo "evgmp runs at http://127.0.0.1:$PORT/  (Ctrl-C stops it)"

# The worker draws the long papers off the request. Whichever of the two ends takes the other one with it, and so does Ctrl-C.
.venv/bin/python manage.py worker &
worker=$!
# One process with threads: on the embedded database all writers queue in one place.
.venv/bin/gunicorn evgmp.wsgi:application --bind "127.0.0.1:$PORT" \
  --worker-class gthread --workers 1 --threads 8 --log-level warning --no-control-socket &
server=$!
asked=
trap 'asked=yes' INT TERM
ended=0
wait -n "$server" "$worker" || ended=$?
trap '' INT TERM
kill -TERM "$server" "$worker" 2>/dev/null || true
wait "$server" "$worker" || true
[ -n "$asked" ] || {
  echo "Server or worker has stopped by itself (exit $ended), so both were stopped. Its last lines stand above." >&2
  exit 1
}
