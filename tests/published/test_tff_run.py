"""The published filtration as a batch: without volumes its balance is never computed, and its permeate raises an alarm."""

from decimal import Decimal

import pytest

from batches.models import BatchRecord, Entry, ExceptionRecord
from evgmp.rules.rounding import round_to_place
from tests.batches.builders_records import recorded, signed, started, step_no
from tests.batches.expecting import refused
from tests.published.test_tff_oracle import concentration

pytestmark = [pytest.mark.published, pytest.mark.django_db]

STREAMS = ("feed", "retentate", "permeate", "wash", "flush", "samples")


def parameter(key: str, unit: str, more: str = 'plausible_low = "0"\nplausible_high = "1.0E+14"\ndecimals = 2') -> str:
    return f'[[step.parameter]]\nkey = "{key}"\nlabel = "{key.replace("_", " ").capitalize()}"\nunit = "{unit}"\n{more}\n\n'


def calculated(formula: str, inputs: dict[str, str], limits: str) -> str:
    named = ", ".join(f'{argument} = "{reference}"' for argument, reference in inputs.items())
    return f'kind = "calculated"\ndecimals = 1\n{limits}\nformula = "{formula}"\nformula_version = 1\ninputs = {{ {named} }}'


def balance_master() -> str:
    quantities = {
        f"{stream}_{quantity}": unit for stream in STREAMS for quantity, unit in (("concentration", "particles/mL"), ("volume", "mL"))
    }
    text = (
        '[master]\ncode = "MBR-HEK"\ntitle = "Balance of a 100 kDa run"\nstage = "isolation_run"\nproduct = "EV bulk"\nbatch_size = "1 L"\n\n'
        '[[step]]\nkey = "streams"\nsection = "Balance"\ntitle = "Streams"\ninstructions = ["Measure every stream."]\n\n'
    )
    text += "".join(parameter(key, unit) for key, unit in quantities.items())
    text += parameter(
        "permeate_to_feed", "%",
        calculated(
            "filtration.permeate_to_feed",
            {"permeate_concentration": "permeate_concentration", "feed_concentration": "feed_concentration"},
            'action_high = "10"',
        ),
    )  # fmt: skip
    text += parameter(
        "balance", "%", calculated("yields.mass_balance", {key: key for key in quantities}, 'action_low = "70"\naction_high = "130"')
    )
    quantity = calculated("statistics.max", {}, "").replace("inputs = {  }", 'inputs = { values = ["retentate_volume"] }')
    return text + parameter("made", "mL", quantity + '\nfills = "lot.quantity_made"')


def hek_run() -> BatchRecord:
    """The concentrations that were published; nobody recorded a volume, a flush or the samples."""
    batch = started(balance_master())
    recorded(step_no(batch, 1), **{f"{stream}_concentration": f"{concentration(stream):E}" for stream in STREAMS[:4]})
    return batch


@pytest.mark.req("EXE-08", negative=True)
def test_a_balance_without_volumes_is_refused_and_the_step_is_not_signed() -> None:
    batch = hek_run()
    assert not Entry.objects.filter(step__batch=batch, parameter__key="balance").exists()
    with refused("entries_missing", "Balance (Mass balance needs feed volume (mL), retentate volume (mL), permeate volume (mL)"):
        signed(step_no(batch, 1))
    # Volumes nobody measured can't be made up as zero either: a stream with particles has a volume.
    recorded(
        step_no(batch, 1),
        **{f"{stream}_volume": "0" for stream in STREAMS[1:]},
        flush_concentration="0",
        samples_concentration="0",
        feed_volume="1",
    )
    with refused("entries_missing", "The retentate stream has particles but no volume"):
        signed(step_no(batch, 1))
    assert not Entry.objects.filter(step__batch=batch, parameter__key="balance").exists()


@pytest.mark.req("EXE-07", "LAB-06")
def test_permeate_at_89_percent_of_the_feed_opens_an_exception_at_once() -> None:
    batch = hek_run()
    entry = Entry.objects.get(step__batch=batch, parameter__key="permeate_to_feed")
    assert entry.amount is not None
    assert round_to_place(entry.amount, -1) == Decimal("88.6")
    assert entry.mark == "above_limit"
    (alarm,) = ExceptionRecord.objects.filter(lot=batch.lot)
    assert (alarm.kind, alarm.status) == ("limit", "open")
    assert "Permeate to feed 88.6 % is above its limit 10 %" in alarm.sentence
