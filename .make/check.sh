#!/usr/bin/env bash
# Everything that can be known about the tree without running a test.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" PYTHONPATH="$PWD"
step() { printf '\n== %s\n' "$*"; }

step ruff
ruff check .
step mypy
mypy
step import floors
lint-imports
step missing migrations
DJANGO_SETTINGS_MODULE=evgmp.settings.dev python manage.py makemigrations --check --dry-run
step settings of a site
# Stand-ins: the point is that nothing but these four has to be set. No database is opened.
env DJANGO_SETTINGS_MODULE=evgmp.settings.prod \
  EVGMP_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
  DATABASE_URL='postgres://evgmp@/evgmp?host=/nowhere' \
  EVGMP_ALLOWED_HOSTS=evgmp.example EVGMP_SITE_URL=https://evgmp.example \
  python manage.py check --deploy --fail-level WARNING
