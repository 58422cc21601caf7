#!/usr/bin/env bash
# Brings this machine to where evgmp can run (setup.sh run), be checked (check) or be tested (test).
# Does nothing when everything is there already.
set -euo pipefail
cd "$(dirname "$0")/.."
aim="${1:?run, check or test}"

has_library() { { /sbin/ldconfig -p 2>/dev/null || true; } | grep -q "$1"; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3.11}" python3 /usr/bin/python3.11 /usr/bin/python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
}

# --- system packages -------------------------------------------------------------------------------------------------
wanted=()
python="$(find_python)"
if [ -z "$python" ]; then
  wanted+=(python3 python3-venv)
elif [ ! -x .venv/bin/python ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  wanted+=(python3-venv)
fi
has_library libpango-1.0.so.0 || wanted+=(libpango-1.0-0)
has_library libpangoft2-1.0.so.0 || wanted+=(libpangoft2-1.0-0)
has_library libharfbuzz-subset.so.0 || wanted+=(libharfbuzz-subset0)
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || wanted+=(fonts-dejavu-core)
if [ "$aim" = test ]; then
  # The headless shell draws the same pages faster; where it is absent the whole browser does.
  chromium="${CHROMIUM:-$(command -v chromium-headless-shell || command -v chromium || true)}"
  [ -n "$chromium" ] || wanted+=(chromium-headless-shell)
  [ -n "${PG_BIN:-}" ] || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || wanted+=(postgresql)
  command -v pdftotext >/dev/null || wanted+=(poppler-utils)
fi

if [ ${#wanted[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  by_hand="Install these Debian packages as root, then start again: apt-get install --no-install-recommends ${wanted[*]}"
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
    echo "evgmp needs system packages that this account may not install. $by_hand" >&2
    exit 1
  fi
  echo "Installing system packages: ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  if ! { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } </dev/null >.apt.log 2>&1; then
    tail -5 .apt.log >&2
    rm -f .apt.log
    echo "The system packages could not be installed. $by_hand" >&2
    exit 1
  fi
  rm -f .apt.log
fi

python="$(find_python)"
if [ -z "$python" ]; then
  echo "evgmp needs Python 3.11, which this machine doesn't have. Install it, or name it: make $aim PYTHON=/path/to/python3.11" >&2
  exit 1
fi

# --- Python packages, exactly those of the lock file -----------------------------------------------------------------
lock=requirements-dev.txt
[ "$aim" != run ] || lock=requirements.txt
stamp=.venv/installed
state() { echo "$1 $(sha256sum <"$1" | cut -d' ' -f1)"; }
installed() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state "$1")" ]; }

# The development lock holds everything that the other one does.
if installed "$lock" || installed requirements-dev.txt; then
  exit 0
fi
echo "Installing Python packages from $lock into .venv"
[ -x .venv/bin/python ] || "$python" -m venv .venv
rm -f "$stamp"
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" VIRTUAL_ENV="$PWD/.venv"
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
# uv takes seconds where pip takes minutes. Where it can't be had, or can't reach the packages, pip does the same.
if ! { .venv/bin/python -m pip install -q --require-hashes -r .make/uv.txt &&
  .venv/bin/uv pip sync -q --require-hashes "$lock"; } 2>.venv/uv.log; then
  echo "uv could not install them (.venv/uv.log says why). Trying pip, which takes some minutes."
  .venv/bin/python -m pip install -q --require-hashes -r "$lock"
fi
state "$lock" >"$stamp"
