"""A long executed record: 25 steps of logs. A few values in `make test`; N=4000 SEED=1 for the figures of tests/evidence/executed_record.md."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from batches.models import BatchRecord
from tests.batches.builders_records import completed, corrected, effective, recorded, signed, step_no
from tests.batches.chain import bank_lot, fed
from tests.builders import act
from tests.support.campaign import cases, dice

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 8
MEGABYTE = 1024

HEAD = """
[master]
code = "MBR-LONG"
title = "Long isolation run"
stage = "isolation_run"
product = "iMSC-EV bulk"
batch_size = "100 L"
"""
STEP = """
[[step]]
key = "log{n}"
section = "Filtration"
title = "Pressure log, part {n}"
instructions = ["Read all gauges at one moment, at least every 15 minutes.", "Tell the supervisor when a value leaves its limits."]
kind = "log"
witness = true
"""
PARAMETER = """
[[step.parameter]]
key = "p{m}"
label = "Gauge {m}"
unit = "bar"
decimals = 2
plausible_low = "-1.00"
plausible_high = "5.00"
action_low = "0.10"
action_high = "0.90"
"""
LAST = """
[[step]]
key = "result"
section = "Filtration"
title = "Measure the product"
instructions = ["Weigh the product."]
kind = "entry"

[[step.parameter]]
key = "volume"
label = "Volume of the product"
unit = "mL"
decimals = 1
plausible_low = "0.1"
plausible_high = "5000.0"
fills = "lot.quantity_made"
"""

# Another process issues the record as a worker would, and says what it took.
PROGRAM = """
import json, resource, sys, time
import django; django.setup()
from django.urls import get_resolver; get_resolver().url_patterns
from dataclasses import replace
import io, pypdf
from batches.documents.executed_record import executed_record
from batches.selectors.executed import executed
from batches.selectors.records import batch_of
from evgmp.compliance import issuing, jobs
from evgmp.people.models import Person

def clocked(what):
    wall, cpu = time.perf_counter(), time.process_time()
    result = what()
    return result, round(time.perf_counter() - wall, 2), round(time.process_time() - cpu, 2)

told = {"seconds": {}, "cpu": {}}
number, pages_wanted = sys.argv[1], int(sys.argv[2])
content, told["seconds"]["gather"], told["cpu"]["gather"] = clocked(lambda: executed_record(executed(batch_of(number))))
by = Person.objects.get(user_id="a.reviewer")
def draw(content):
    return issuing.prepare(kind="executed_record", number="EBR-X", title="Executed batch record", record=batch_of(number).lot, content=content,
                           by=by, role="QA reviewer").pdf
if pages_wanted:
    few = len(pypdf.PdfReader(io.BytesIO(draw(content))).pages)
    content = replace(content, steps=content.steps * -(-pages_wanted // few))
pdf, told["seconds"]["draw"], told["cpu"]["draw"] = clocked(lambda: draw(content))
told["pages"], told["bytes"] = len(pypdf.PdfReader(io.BytesIO(pdf)).pages), len(pdf)
told["last"] = pypdf.PdfReader(io.BytesIO(pdf)).pages[-1].extract_text()[-200:]
if not pages_wanted:
    jobs.ask("batches.issue_record", on=number, title="x", by="a.reviewer")
    job, told["seconds"]["job"], told["cpu"]["job"] = clocked(lambda: jobs.work_once("measured"))
    told["state"], told["problem"] = job.state, job.problem
told["values"] = content.values_counted
told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(told))
"""


def long_batch(values: int) -> BatchRecord:
    """A run of 25 logs (3 when small) with this many values in all, some outside their limits, a few corrected."""
    from batches.domain.commands import REVIEW_BATCH, START_BATCH
    from batches.services.records import review_batch, start_batch

    last = 25 if values >= 1000 else 3
    steps = [STEP.format(n=n) + "".join(PARAMETER.format(m=m) for m in range(1, COLUMNS + 1)) for n in range(1, last + 1)]
    version = effective(HEAD + "".join(steps) + LAST)
    batch = fed(start_batch(act(START_BATCH, "a.verifier"), version.number), bank_lot())
    chance, rows = dice(), max(1, round(values / last / COLUMNS))
    for position in range(1, last + 1):
        for _ in range(rows):
            recorded(step_no(batch, position), **{f"p{m}": f"{chance.randint(11, 91) / 100:.2f}" for m in range(1, COLUMNS + 1)})
        if position % 5 == 3:
            corrected(step_no(batch, position), "p1:1", "0.50")
        signed(step_no(batch, position))
    recorded(step_no(batch, last + 1), volume="600.0")
    signed(step_no(batch, last + 1))
    return review_batch(act(REVIEW_BATCH, "b.verifier"), completed(batch).number)


def measured(file: str, number: str, pages: int = 0) -> dict[str, Any]:
    env = {
        "DJANGO_SETTINGS_MODULE": "evgmp.settings.dev", "EVGMP_SECRET_KEY": "only-for-this-test", "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{file}", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", PROGRAM, number, str(pages)], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.sized
@pytest.mark.req("PRT-01")
def test_a_long_record_is_drawn_off_the_request(throwaway_database: Any) -> None:
    values = cases(48)
    with throwaway_database("sqlite", "cast") as config:
        batch = long_batch(values)
        told = measured(str(config["NAME"]), batch.number)
        if values >= 4000:
            told["drawn again to 300 pages"] = measured(str(config["NAME"]), batch.number, 300)
    print(json.dumps(told, indent=1))
    assert (told["state"], told["problem"]) == ("done", "")
    assert told["values"] >= values
    assert f"Page {told['pages']} of {told['pages']}" in " ".join(told["last"].split())
    assert told["peak_mb"] < MEGABYTE
    # Against the processor's time: the clock on the wall also counts what others do on the machine.
    if values >= 4000:
        assert told["cpu"]["gather"] < 0.25 * told["cpu"]["job"]
        for one in (told, told["drawn again to 300 pages"]):
            assert sum(one["cpu"][part] for part in ("gather", "draw")) < 30
            assert one["peak_mb"] < MEGABYTE
