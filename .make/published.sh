#!/usr/bin/env bash
# The tests that recompute published data. The data set isn't part of the project, so its folder has to be there.
set -euo pipefail
cd "$(dirname "$0")/.."
export EVGMP_PUBLISHED_DATA="${EVGMP_PUBLISHED_DATA:-../shared/data/published}"
if [ ! -d "$EVGMP_PUBLISHED_DATA" ]; then
  echo "The published data set is not at $EVGMP_PUBLISHED_DATA. Name its folder: make test-published EVGMP_PUBLISHED_DATA=/path/to/it" >&2
  exit 1
fi
bash .make/setup.sh test
# shellcheck disable=SC2086
exec .venv/bin/pytest -m published tests/published ${1:-}
