"""What changed between two versions of a specification: everything, decisive fields first, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from qc.domain.specification_differences import differences
from qc.domain.specification_file import read_specification

TEXT = (Path(__file__).parents[3] / "qc/masterdata/specifications/spec_ev_ds.toml").read_text("utf-8")
CHANGES = [
    ('title = "iMSC-EV drug substance"', 'title = "iMSC-EV"', ("Specification", "title", "iMSC-EV drug substance", "iMSC-EV")),
    ('upper = "0.500"', 'upper = "0.50"', ("DS-SF-ENDO", "upper", "0.500", "0.50")),
    ('lower = "6.90"\nupper = "7.70"', 'lower = "6.90"\nupper = "7.70"\nlower_inclusive = false', ("DS-GN-PH", "lower inclusive", "yes", "no")),
    ('lower = "1.0E+10"\n', 'lower = "1.0E+10"\nrounding = "none"\n', ("DS-CT-PART", "rounding", "usp_7_20", "none")),
    ('code = "DS-GN-OSMO"\n', 'code = "DS-GN-OSMOL"\n', ("DS-GN-OSMO", "test", "Osmolality", "")),
]


@pytest.mark.req("MST-06")
def test_every_change_is_listed_and_nothing_else() -> None:
    changed = TEXT
    for old, new, _ in CHANGES:
        assert old in changed
        changed = changed.replace(old, new, 1)
    found = [(d.where, d.field, d.old, d.new) for d in differences(read_specification(TEXT), read_specification(changed))]
    wanted = [*(one for _, _, one in CHANGES), ("DS-GN-OSMOL", "test", "", "Osmolality")]
    assert sorted(found) == sorted(wanted)


@pytest.mark.req("MST-06", negative=True)
def test_a_remark_in_the_file_is_no_difference() -> None:
    assert differences(read_specification(TEXT), read_specification("# a remark\n" + TEXT)) == []


@pytest.mark.req("MST-06")
def test_what_decides_a_verdict_stands_before_the_rest_and_the_order_is_told() -> None:
    ph = 'code = "DS-GN-PH"\ncategory = "general"\nname = "pH"'
    changed = TEXT.replace(ph, ph.replace('name = "pH"', 'name = "pH value"'), 1).replace('upper = "7.70"', 'upper = "7.50"', 1)
    assert [d.field for d in differences(read_specification(TEXT), read_specification(changed))] == ["upper", "name"]
    head, first, second, rest = TEXT.split("[[row]]\n", 3)
    (order,) = differences(read_specification(TEXT), read_specification("[[row]]\n".join([head, second, first, rest])))
    assert (order.where, order.field, order.old) == ("General", "order of the tests", "DS-GN-APPEAR, DS-GN-PH, DS-GN-OSMO, DS-GN-ZETA")
    assert order.new == "DS-GN-PH, DS-GN-APPEAR, DS-GN-OSMO, DS-GN-ZETA"
    spec = read_specification(TEXT)
    (order,) = differences(spec, replace(spec, rows=tuple(sorted(spec.rows, key=lambda row: row.category))))
    assert (order.where, order.field) == ("Specification", "order of the tests in the file")
    (one,) = differences(read_specification(TEXT), read_specification(TEXT.replace('lod_max = "10"', 'lod_max = "12"', 1)))
    assert (one.field, one.old, one.new) == ("detection", "lod max 10, unit ng/mL", "lod max 12, unit ng/mL")
