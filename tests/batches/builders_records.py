"""Batch records for tests, built by running the commands as the cast would."""

from collections.abc import Iterable
from typing import Any

from batches.domain import commands as c
from batches.models import BatchRecord, MasterVersion, Step
from batches.selectors.masters import shipped_text
from batches.services import entries, masters, records, steps
from tests.builders import act

# A short run with one filtration: a membrane, a log of pressures, a result computed from both.
RUN = """
[master]
code = "MBR-RUN"
title = "Short isolation run"
stage = "isolation_run"
product = "iMSC-EV bulk"
batch_size = "1 L"

[[step]]
key = "setup"
section = "Preparation"
title = "Set up the membrane"
instructions = ["Flush the membrane.", "Test its integrity."]
kind = "entry"
filtration = "ultrafiltration"
filtration_position = 1

[[step.parameter]]
key = "area"
label = "Membrane area"
unit = "m2"
decimals = 3
plausible_low = "0.001"
plausible_high = "20.000"
fills = "filtration_stage.area_m2"

[[step.parameter]]
key = "integrity"
label = "Integrity before use"
kind = "choice"
choices = ["pass", "fail"]
accepted = ["pass"]
fills = "filtration_stage.integrity_pre"

[[step.parameter]]
key = "remark"
label = "Remark"
kind = "text"
required = false

[[step]]
key = "log"
section = "Filtration"
title = "Pressure log"
instructions = ["Read all gauges at one moment."]
kind = "log"
filtration = "ultrafiltration"
filtration_position = 1

[[step.parameter]]
key = "p_feed"
label = "Feed pressure"
unit = "bar"
decimals = 2
plausible_low = "-1.00"
plausible_high = "5.00"

[[step.parameter]]
key = "p_retentate"
label = "Retentate pressure"
unit = "bar"
decimals = 2
plausible_low = "-1.00"
plausible_high = "5.00"

[[step.parameter]]
key = "p_permeate"
label = "Permeate pressure"
unit = "bar"
decimals = 2
plausible_low = "-1.00"
plausible_high = "5.00"

[[step.parameter]]
key = "tmp"
label = "TMP"
kind = "calculated"
unit = "bar"
decimals = 2
alert_low = "0.22"
alert_high = "0.38"
action_low = "0.20"
action_high = "0.40"
formula = "filtration.tmp"
formula_version = 1
inputs = { feed = "p_feed", retentate = "p_retentate", permeate = "p_permeate" }

[[step]]
key = "result"
section = "Filtration"
title = "Measure the product"
instructions = ["Stop the pump.", "Weigh the product."]
kind = "entry"
witness = true
critical = true
filtration = "ultrafiltration"
filtration_position = 1

[[step.parameter]]
key = "volume"
label = "Volume of the product"
unit = "mL"
decimals = 1
plausible_low = "0.1"
plausible_high = "5000.0"
action_low = "570.0"
action_high = "630.0"
fills = "lot.quantity_made"

[[step.parameter]]
key = "weighed_at"
label = "Weighed at"
kind = "instant"
required = false

[[step.parameter]]
key = "tmp_mean"
label = "Mean TMP"
kind = "calculated"
unit = "bar"
decimals = 3
action_low = "0.20"
action_high = "0.40"
formula = "statistics.mean"
formula_version = 1
inputs = { values = "*log.tmp" }
fills = "filtration_stage.tmp_mean_bar"

[[step.parameter]]
key = "product_volume"
label = "Volume after filtration"
kind = "calculated"
unit = "mL"
decimals = 1
formula = "statistics.mean"
formula_version = 1
inputs = { values = ["volume"] }
fills = "filtration_stage.product_volume_ml"
"""

# A bank of one step, made straight from a line: the start of a chain.
BANK = """
[master]
code = "MBR-SHORTBANK"
title = "Short bank"
stage = "cell_bank"
product = "iPSC bank"
batch_size = "20 vials"

[[step]]
key = "fill"
section = "Fill"
title = "Fill and freeze"
instructions = ["Fill the vials."]

[[step.parameter]]
key = "vials"
label = "Vials filled"
unit = "vials"
decimals = 0
plausible_low = "1"
plausible_high = "500"
fills = "lot.quantity_made"

[[step.parameter]]
key = "cpdl"
label = "Doublings so far"
unit = "doublings"
decimals = 2
plausible_low = "0"
plausible_high = "100"
fills = "cell_bank.cpdl"
"""

# One passage: doublings computed from the counts and from the parent's level.
PASSAGE = """
[master]
code = "MBR-SHORTPASSAGE"
title = "Short passage"
stage = "passage"
product = "iMSC culture"
batch_size = "1 flask"

[[step]]
key = "harvest"
section = "Harvest"
title = "Count and harvest"
instructions = ["Count the cells."]

[[step.parameter]]
key = "seeded"
label = "Viable cells seeded"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "passage.viable_seeded"

[[step.parameter]]
key = "harvested"
label = "Viable cells harvested"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "lot.quantity_made"

[[step.parameter]]
key = "pd"
label = "Population doublings"
kind = "calculated"
unit = "doublings"
decimals = 3
formula = "culture.population_doublings"
formula_version = 1
inputs = { viable_seeded = "seeded", viable_harvested = "harvested" }
fills = "passage.population_doublings"

[[step.parameter]]
key = "cpdl"
label = "Cumulative doubling level"
kind = "calculated"
unit = "doublings"
decimals = 3
formula = "culture.cumulative_pdl"
formula_version = 1
inputs = { parent_pdl = "@parent_cpdl", population_doublings = "pd" }
fills = "passage.cumulative_pdl"
"""

IN_LIMIT = {"p_feed": "0.55", "p_retentate": "0.15", "p_permeate": "0.05"}  # TMP 0.30
ABOVE = {"p_feed": "0.70", "p_retentate": "0.26", "p_permeate": "0.05"}  # TMP 0.43


def authored(text: str = RUN, *, by: str = "m.author", reason: str = "First version for the campaign of this quarter") -> MasterVersion:
    """A draft."""
    return masters.author_master(act(c.AUTHOR_MASTER, by, reason=reason), text=text)


def effective(text: str = RUN) -> MasterVersion:
    """A master authored, reviewed and approved by three persons."""
    number = authored(text).number
    masters.review_master(act(c.REVIEW_MASTER, "a.verifier"), number)
    return masters.approve_master(act(c.APPROVE_MASTER, "a.reviewer"), number)


def shipped(name: str) -> MasterVersion:
    """A master shipped with the software, made effective."""
    return effective(shipped_text(name))


def started(text: str = RUN, **data: Any) -> BatchRecord:
    """A batch of a master of its own, issued by the supervisor. A master that is effective already is used again."""
    code = text.split('code = "', 1)[1].split('"', 1)[0]
    version = MasterVersion.objects.filter(master__code=code, status="effective").first() or effective(text)
    return records.start_batch(act(c.START_BATCH, "a.verifier"), version.number, **data)


def step_no(batch: BatchRecord, position: int) -> Step:
    return batch.steps.get(position=position)


def recorded(step: Step, *, by: str = "a.operator", seen: str = "", once: str = "", **values: Any) -> Step:
    return steps.record_entry(act(c.RECORD_ENTRY, by, seen=seen, once=once), step.number, **values)


def signed(step: Step, *, by: str = "a.operator", witness: str = "b.operator") -> Step:
    """Signed by the performer, and by a witness where the master asks for one."""
    witness = witness if step.master_step.witness else ""
    return steps.sign_step(act(c.SIGN_STEP, by, witness=witness), step.number)


def corrected(
    step: Step,
    entry: str,
    value: Any,
    *,
    by: str = "a.operator",
    witness: str = "b.operator",
    reason: str = "The gauge was misread by one division",
) -> Step:
    witness = witness if step.master_step.witness else ""
    return entries.correct_entry(act(c.CORRECT_ENTRY, by, witness=witness, reason=reason), step.number, entry=entry, value=value)


def set_up(batch: BatchRecord) -> Step:
    """The first step of the short run, done and signed."""
    recorded(step_no(batch, 1), area="0.115", integrity="pass")
    return signed(step_no(batch, 1))


def logged(batch: BatchRecord, rows: Iterable[dict[str, str]] = (IN_LIMIT, IN_LIMIT)) -> Step:
    """The log of the short run, done and signed."""
    for row in rows:
        recorded(step_no(batch, 2), **row)
    return signed(step_no(batch, 2))


def executed(batch: BatchRecord, rows: Iterable[dict[str, str]] = (IN_LIMIT, IN_LIMIT), volume: str = "600.0") -> BatchRecord:
    """Every step of the short run done and signed."""
    set_up(batch)
    logged(batch, rows)
    recorded(step_no(batch, 3), volume=volume)
    signed(step_no(batch, 3))
    return BatchRecord.objects.get(pk=batch.pk)


def completed(batch: BatchRecord) -> BatchRecord:
    return records.complete_batch(act(c.COMPLETE_BATCH, "a.operator"), batch.number)
