"""What changed between two versions: everything, and nothing else."""

import pytest

from batches.domain.master_differences import differences
from batches.domain.master_file import read_master
from tests.batches.master_texts import RUN

# Twelve changes, each a replacement in the text of the file.
CHANGES = [
    ('batch_size = "1 L"', 'batch_size = "2 L"', ("Master", "batch size", "1 L", "2 L")),
    ('title = "Pressure log"', 'title = "Gauge log"', ("Step log", "title", "Pressure log", "Gauge log")),
    ('"Weigh the product."', '"Weigh it twice."', ("Step result", "instructions", "Stop the pump. / Weigh the product.", "Stop the pump. / Weigh it twice.")),
    ('witness = true\ncritical = true', "witness = true", ("Step result", "critical", "yes", "no")),
    ('plausible_high = "5000.0"', 'plausible_high = "9000.0"', ("result.volume", "plausible high", "5000.0", "9000.0")),
    ('action_high = "630.0"', 'action_high = "620.0"', ("result.volume", "action high", "630.0", "620.0")),
    ('alert_low = "0.22"\n', "", ("log.tmp", "alert low", "0.22", "")),
    ('accepted = ["pass"]', 'accepted = ["pass", "fail"]', ("setup.integrity", "accepted", "pass", "pass / fail")),
    ('label = "Remark"', 'label = "Note"', ("setup.remark", "label", "Remark", "Note")),
    ('formula = "statistics.mean"', 'formula = "statistics.max"', ("result.tmp_mean", "formula", "statistics.mean", "statistics.max")),
    ('key = "weighed_at"', 'key = "weighed_when"', ("result.weighed_at", "parameter", "Weighed at", "")),
    ('fills = "filtration_stage.area_m2"\n', "", ("setup.area", "fills", "filtration_stage.area_m2", "")),
]  # fmt: skip


@pytest.mark.req("MST-06")
def test_all_twelve_changes_are_listed_and_nothing_else() -> None:
    changed = RUN
    for old, new, _ in CHANGES:
        assert old in changed
        changed = changed.replace(old, new, 1)
    found = [(d.where, d.field, d.old, d.new) for d in differences(read_master(RUN), read_master(changed))]
    # The renamed parameter is gone under one key and new under the other.
    assert sorted(found) == sorted([*(wanted for _, _, wanted in CHANGES), ("result.weighed_when", "parameter", "", "Weighed at")])


@pytest.mark.req("MST-06", negative=True)
def test_the_same_master_has_no_difference() -> None:
    assert differences(read_master(RUN), read_master(RUN + "\n# a remark\n")) == []


@pytest.mark.req("MST-06")
def test_steps_and_parameters_that_come_go_and_move() -> None:
    head, setup, log, result = RUN.split("[[step]]\n")
    without = read_master("[[step]]\n".join([head, setup, result]))
    assert ("Step log", "step", "Pressure log", "") in [(d.where, d.field, d.old, d.new) for d in differences(read_master(RUN), without)]
    assert ("Step log", "step", "", "Pressure log") in [(d.where, d.field, d.old, d.new) for d in differences(without, read_master(RUN))]
    moved = read_master("[[step]]\n".join([head, log, setup, result]))
    (order,) = differences(read_master(RUN), moved)
    assert (order.field, order.old, order.new) == ("order of the steps", "setup, log, result", "log, setup, result")
