"""Master records are data: the shipped ones have no defect, and each kind of defect is named."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batches.domain.master_attributes import FILLS
from batches.domain.master_defects_contents import content_defects
from batches.domain.master_file import DataFileError, MasterFile, ParameterFile, StepFile, defects, read_master
from evgmp.rules.calculation import BOOK

FOLDER = Path(__file__).parents[3] / "batches" / "masterdata" / "masters"
SHIPPED = {path.stem: read_master(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}
TFF = SHIPPED["mbr_tff"]


def parameters(master: MasterFile) -> Iterator[tuple[StepFile, ParameterFile]]:
    return ((step, parameter) for step in master.steps for parameter in step.parameters)


@pytest.mark.req("MST-01", "MST-09")
@pytest.mark.parametrize(
    ("name", "code", "stage", "steps"),
    [
        ("mbr_bank", "MBR-BANK", "cell_bank", 9),
        ("mbr_der", "MBR-DER", "passage", 11),
        ("mbr_pas", "MBR-PAS", "passage", 10),
        ("mbr_thaw", "MBR-THAW", "passage", 14),
        ("mbr_der_sw", "MBR-DER-SW", "passage", 11),
        ("mbr_der_eb", "MBR-DER-EB", "passage", 12),
        ("mbr_der_sd", "MBR-DER-SD", "passage", 13),
        ("mbr_cm", "MBR-CM", "conditioned_media", 11),
        ("mbr_tff", "MBR-TFF", "isolation_run", 15),
        ("mbr_ev", "MBR-EV", "ev_lot", 11),
        ("mbr_fill", "MBR-FILL", "drug_product", 10),
        ("mbr_lyo", "MBR-LYO", "drug_product", 14),
    ],
)
def test_a_shipped_master_has_no_defect(name: str, code: str, stage: str, steps: int) -> None:
    master = SHIPPED[name]
    assert (master.code, master.stage, len(master.steps)) == (code, stage, steps)
    assert defects(master) == []
    assert content_defects(master) == []


@pytest.mark.req("EXE-12")
@pytest.mark.parametrize("name", SHIPPED)
def test_every_master_begins_and_ends_with_a_witnessed_line_clearance_of_its_room(name: str) -> None:
    steps = SHIPPED[name].steps
    for step, key in ((steps[0], "line_clearance"), (steps[-1], "closing_clearance")):
        assert (step.key, step.kind, step.critical, step.witness) == (key, "clearance", True, True)
        assert [(need.equipment_class[:5], need.required) for need in step.equipment] == [("room_", True)]
        assert [parameter.kind for parameter in step.parameters] in (["choice"] * 3, ["choice"] * 2)
    assert steps[0].equipment == steps[-1].equipment


@pytest.mark.req("EXE-09", "MST-03")
@pytest.mark.parametrize("name", SHIPPED)
def test_a_master_fills_the_quantity_and_asks_nobody_for_more_than_six_values_a_step(name: str) -> None:
    master = SHIPPED[name]
    assert "lot.quantity_made" in {parameter.fills for _, parameter in parameters(master)}
    for step in master.steps:
        assert 1 <= len(step.instructions) <= 4
        assert sum(parameter.kind != "calculated" for parameter in step.parameters) <= 6


@pytest.mark.req("EXE-09", "EXE-08")
def test_the_masters_fill_every_typed_attribute_of_their_stage() -> None:
    filled = {parameter.fills for master in SHIPPED.values() for _, parameter in parameters(master)}
    assert filled - {""} == {f"{table}.{name}" for table, names in FILLS.items() for name in names}


@pytest.mark.req("EXE-08", negative=True)
@pytest.mark.parametrize("key", ["tmp", "flux", "vcf", "diavolumes", "yield_pct", "mass_balance_pct"])
def test_what_can_be_computed_is_never_typed(key: str) -> None:
    kinds = {parameter.kind for _, parameter in parameters(TFF) if parameter.key == key}
    assert kinds == {"calculated"}


RUN = {
    "feed": {"pooled_volume_ml": "8000", "feed_particles_per_ml": "2.0E+9"},
    "clarification": {"product_volume_ml": "8000", "product_particles_per_ml": "2.0E+9"},
    "tff1_membrane": {"area_m2": "0.115"},
    "tff1": {"product_volume_ml": "400", "product_particles_per_ml": "2.6E+10"},
    "diafiltration": {
        "buffer_volume_ml": "2400",
        "product_volume_ml": "400",
        "product_particles_per_ml": "2.6E+10",
        "wash_particles_per_ml": "0",
    },
    "tff2_membrane": {"area_m2": "0.115"},
    "tff2": {"product_volume_ml": "400", "product_particles_per_ml": "2.6E+10"},
    "sterile_filtration": {"product_volume_ml": "380", "product_particles_per_ml": "2.8E+10"},
    "recovery": {
        "permeate_volume_ml": "10000",
        "permeate_particles_per_ml": "1.2E+8",
        "flush_volume_ml": "60",
        "flush_particles_per_ml": "4.0E+9",
        "samples_volume_ml": "0",
        "samples_particles_per_ml": "0",
    },
}
PORTIONS = {"@part_concentrations": [Decimal("1.9E+9"), Decimal("2.1E+9")], "@part_volumes": [Decimal(4000), Decimal(4000)]}
LOG_ROWS = (("0.50", "0.20", "0.05", "100"), ("0.60", "0.30", "0.05", "100"))


def computed_run() -> dict[str, Any]:
    """Every calculated value of a run, by the references of the TFF master. Log parameters have one value a row."""
    values: dict[str, Any] = {f"{s}.{k}": Decimal(v) for s, typed in RUN.items() for k, v in typed.items()}
    for step in TFF.steps:
        rows = [dict(zip(("p_feed", "p_retentate", "p_permeate", "permeate_flow"), row, strict=True)) for row in LOG_ROWS]
        for parameter in step.parameters:
            if parameter.kind != "calculated":
                if step.kind == "log":
                    values[f"{step.key}.{parameter.key}"] = [Decimal(row[parameter.key]) for row in rows]
                continue
            book = BOOK.get(parameter.formula, parameter.formula_version or 0)
            found = [_resolve(values, step, parameter, row) for row in range(len(rows) if step.kind == "log" else 1)]
            results = [book.compute(**inputs) for inputs in found]
            values[f"{step.key}.{parameter.key}"] = results if step.kind == "log" else results[0]
    return values


def _resolve(values: dict[str, Any], step: StepFile, parameter: ParameterFile, row: int) -> dict[str, Any]:
    def one(reference: str) -> Any:
        if reference.startswith("@"):
            return PORTIONS[reference]
        if reference.startswith("*"):
            return values[reference[1:]]
        found = values[reference if "." in reference else f"{step.key}.{reference}"]
        return found[row] if isinstance(found, list) else found

    return {
        argument: one(given) if isinstance(given, str) else [one(reference) for reference in given]
        for argument, given in parameter.inputs.items()
    }


@pytest.mark.req("EXE-08", "EXE-09", "LAB-06")
def test_the_worked_run_comes_out_of_the_tff_master() -> None:
    """Figures of the worked run: mean TMP 0.35 bar, flux 52.2 LMH, factor 20, 6 diavolumes exactly, balance 75.5 %."""
    run = computed_run()
    assert (run["feed.parts_particles_per_ml"], run["feed.pool_agreement_pct"]) == (Decimal("2.0E+9"), 100)
    assert run["tff1_log.tmp"] == [Decimal("0.30"), Decimal("0.40")]
    assert run["tff1.tmp_mean_bar"] == Decimal("0.35")
    assert round(run["tff1.flux_mean_lmh"], 1) == Decimal("52.2")
    assert run["tff1.vcf"] == 20
    assert run["diafiltration.diavolumes"] == 6
    assert run["clarification.yield_pct"] == 100
    assert run["tff1.yield_pct"] == 65
    assert run["balance.permeate_share_pct"] == Decimal("7.5")
    assert run["balance.overall_yield_pct"] == Decimal("66.5")
    assert run["balance.mass_balance_pct"] == Decimal("75.5")
    assert run["balance.quantity"] == run["balance.final_volume_ml"] == 380


@pytest.mark.req("EXE-06", "LAB-09")
def test_limits_are_read_exactly_as_written() -> None:
    limits = {f"{s.key}.{p.key}": p for s, p in parameters(TFF)}
    assert str(limits["tff1_log.tmp"].action_low) == "0.10"
    assert str(limits["diafiltration.diavolumes"].action_low) == "6"
    assert str(limits["balance.mass_balance_pct"].action_low) == "70"
    assert str(limits["balance.mass_balance_pct"].action_high) == "130"


HEAD = '[master]\ncode = "M"\ntitle = "T"\nstage = "passage"\nproduct = "P"\nbatch_size = "1"\n'
STEP = HEAD + '[[step]]\nkey = "s"\n'
PARAMETER = STEP + '[[step.parameter]]\nkey = "p"\n'


@pytest.mark.req("MST-03")
def test_a_master_is_read_as_written() -> None:
    text = PARAMETER + 'kind = "calculated"\ninputs = { values = ["a.b", "c.d"], one = "e" }\n'
    master = read_master(text)
    (step,) = master.steps
    (parameter,) = step.parameters
    assert (master.code, step.kind, step.witness, step.filtration_position) == ("M", "entry", False, None)
    assert parameter.inputs == {"values": ("a.b", "c.d"), "one": "e"}
    assert (parameter.required, parameter.action_low, parameter.fills) == (True, None, "")
    assert read_master(PARAMETER).steps[0].parameters[0].inputs == {}


@pytest.mark.req("MST-09", "LAB-06", negative=True)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"no \[master\] table"),
        ("note = 1\n" + HEAD, "The file has fields that are not known: note"),
        (HEAD + 'colour = "red"', "not known: colour"),
        (STEP + 'titel = "x"', "Step s has fields that are not known: titel"),
        (PARAMETER + 'acton_low = "1"', "Parameter s.p has fields that are not known: acton_low"),
        (PARAMETER + "action_low = 1.5", "Parameter s.p: the field “action_low” must be a figure in quotes"),
        (PARAMETER + "plausible_high = 100", "Parameter s.p: the field “plausible_high” must be a figure in quotes"),
        (PARAMETER + "inputs = { values = 1 }", "Parameter s.p, inputs: “values” must name a parameter"),
        (STEP + '[[step.sample]]\nkey = "qc"\nunit = "mL"', "Step s, sample 1 lacks the field “quantity”. Add it."),
        (PARAMETER + "inputs = { values = [1] }", "Parameter s.p, inputs: “values” must name a parameter"),
    ],
)
def test_text_that_is_not_a_master_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DataFileError, match=sentence):
        read_master(text)
