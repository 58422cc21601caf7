"""Where the published data lies: beside the project, or where EVGMP_PUBLISHED_DATA says. It is never copied into it."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

BESIDE_THE_PROJECT = Path(__file__).parents[2] / ".." / "shared" / "data" / "published"


def published(name: str) -> Any:
    """One published file, every figure an exact Decimal. Raises FileNotFoundError that says where to put the data."""
    folder = Path(os.environ.get("EVGMP_PUBLISHED_DATA") or BESIDE_THE_PROJECT)
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(f"{name} is not in {folder}. Put it there or set EVGMP_PUBLISHED_DATA.")
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
