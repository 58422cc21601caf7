"""How far a random campaign goes: N cases from SEED. `make test` takes a small N, `make campaign` a large one."""

import os
from random import Random


def cases(small: int) -> int:
    """How many cases to try: N of the environment, else the small number of the daily run."""
    return int(os.environ.get("N") or small)


def dice() -> Random:
    """The source of chance; the same SEED of the environment gives the same cases."""
    return Random(int(os.environ.get("SEED") or 1))
