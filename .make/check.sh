#!/usr/bin/env bash
# Everything that can be known about the tree without running a test. All steps run, so that one look shows all there is to mend.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" PYTHONPATH="$PWD" DJANGO_SETTINGS_MODULE=evgmp.settings.test
broken=()

step() { # name, command...
  printf '\n== %s\n' "$1"
  "${@:2}" || broken+=("$1")
}

# Stand-ins for the values of a site: the point is that nothing but these four has to be set. No database is opened.
site_settings() {
  env DJANGO_SETTINGS_MODULE=evgmp.settings.prod \
    EVGMP_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    DATABASE_URL='postgres://evgmp@/evgmp?host=/nowhere' \
    EVGMP_ALLOWED_HOSTS=evgmp.example EVGMP_SITE_URL=https://evgmp.example \
    python manage.py check --deploy --fail-level WARNING
}

# makemigrations asks the database whether its past is consistent, so it is shown an empty one.
missing_migrations() {
  local file status=0
  file="$(mktemp --suffix=.sqlite3)"
  DJANGO_SETTINGS_MODULE=evgmp.settings.dev EVGMP_SECRET_KEY=check DATABASE_URL="sqlite:///$file" \
    python manage.py makemigrations --check --dry-run || status=$?
  rm -f "$file"*
  return $status
}

step ruff ruff check .
step mypy mypy
step "import floors" lint-imports
step "missing migrations" missing_migrations
step "settings of a site" site_settings
step "requirement coverage" python manage.py requirements --check

if [ ${#broken[@]} -gt 0 ]; then
  printf '\nNot in order: %s.\n' "$(IFS=,; echo "${broken[*]}")" >&2
  exit 1
fi
