"""Each kind of defect of a master record is named, with its place."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batches.domain.master_file import MasterFile, defects, read_master
from batches.domain.master_parts import EquipmentNeed, SampleNeed

FOLDER = Path(__file__).parents[3] / "batches" / "masterdata" / "masters"
TFF, PASSAGE, BANK, EV = (read_master((FOLDER / f"mbr_{name}.toml").read_text()) for name in ("tff", "pas", "bank", "ev"))


def with_step(master: MasterFile, key: str, **fields: Any) -> MasterFile:
    """The master with one step changed."""
    assert key in {step.key for step in master.steps}
    steps = tuple(replace(step, **fields) if step.key == key else step for step in master.steps)
    return replace(master, steps=steps)


def with_parameter(master: MasterFile, place: str, **fields: Any) -> MasterFile:
    """The master with one parameter changed."""
    step_key, key = place.split(".")
    step = next(step for step in master.steps if step.key == step_key)
    assert key in {parameter.key for parameter in step.parameters}
    changed = tuple(replace(p, **fields) if p.key == key else p for p in step.parameters)
    return with_step(master, step_key, parameters=changed)


def inputs_of(place: str, **changed: str | tuple[str, ...]) -> dict[str, str | tuple[str, ...]]:
    """The inputs of a calculated parameter of the TFF master, some of them changed."""
    found = {f"{step.key}.{parameter.key}": parameter.inputs for step in TFF.steps for parameter in step.parameters}
    return {**found[place], **changed}


def with_material(**fields: Any) -> MasterFile:
    """The passage master with its one material changed."""
    [need] = PASSAGE.steps[1].materials
    return with_step(PASSAGE, "seed", materials=(replace(need, **fields),))


# Each line: the changed master, and how the sentence that names the defect begins.
DEFECTS: list[tuple[MasterFile, str]] = [
    (replace(TFF, stage="moon"), "The stage “moon” is not known."),
    (replace(TFF, product=""), "The product is absent."),
    (replace(TFF, batch_size=""), "The batch size is absent."),
    (replace(TFF, steps=()), "The master has no steps."),
    (replace(TFF, steps=(*TFF.steps, TFF.steps[0])), "The step key line_clearance is used 2 times."),
    (
        with_parameter(PASSAGE, "seed.area_cm2", fills="passage.viable_seeded"),
        "passage.viable_seeded is filled 2 times.",
    ),
    (
        with_parameter(TFF, "tff1.vcf", fills="filtration_stage.yield_pct"),
        "filtration_stage.yield_pct of filtration 2 is filled 2 times.",
    ),
    (with_step(TFF, "diafiltration", filtration_position=2), "Filtration 2 has steps of two kinds."),
    (with_step(TFF, "diafiltration", filtration_position=9), "The filtrations are not numbered 1, 2, 3"),
    (replace(TFF, stage="ev_lot"), "Only an isolation run has filtrations."),
    (with_step(TFF, "feed", kind="poem"), "Step feed: The kind “poem” is not known."),
    (with_step(TFF, "feed", kind="attachment"), "Step feed: A step for a file or photo asks for none."),
    (with_step(TFF, "feed", attachment="sometimes"), "Step feed: The attachment “sometimes” is not known."),
    (with_step(TFF, "feed", kind="hold_point", parameters=(), attachment="allowed"), "Step feed: Nothing is used, drawn or attached"),
    (with_step(TFF, "feed", kind="calculation"), "Step feed: A calculation computes and asks for nothing."),
    (with_step(TFF, "feed", kind="calculation", parameters=()), "Step feed: A calculation without a calculated value"),
    (with_step(PASSAGE, "seed", kind="calculation"), "Step seed: Nothing is used or drawn in a calculation."),
    (with_step(PASSAGE, "inspect", kind="fill"), "Step inspect: A fill is reconciled where it is done."),
    (with_step(PASSAGE, "inspect", kind="fill", parameters=()), "Step inspect: A fill counts what was filled."),
    (with_step(PASSAGE, "inspect", kind="fill", witness=False, critical=False), "Step inspect: A fill is counted by two persons."),
    (with_step(with_parameter(EV, "quantity.vials_unexplained", gate=False), "quantity", kind="fill"), "Step quantity: The reconciliation"),
    (with_step(PASSAGE, "seed", kind="material", materials=()), "Step seed: A material addition names no material."),
    (with_step(PASSAGE, "seed", witness=False, critical=False), "Step seed: What is added is verified by a second person."),
    (with_step(PASSAGE, "seed", materials=PASSAGE.steps[1].materials * 2), "Step seed: The key medium of what is used appears 2 times."),
    (with_material(item=""), "Step seed: Material medium: The item is absent."),
    (with_material(unit=""), "Step seed: Material medium: The unit is absent."),
    (with_material(quantity=Decimal(0), tolerance_pct=Decimal(1)), "Step seed: Material medium: The quantity must be more than zero."),
    (with_material(quantity=Decimal(5)), "Step seed: Material medium: A quantity needs its tolerance"),
    (with_material(tolerance_pct=Decimal(5)), "Step seed: Material medium: A tolerance is 0 or more"),
    (with_material(quantity=Decimal(5), tolerance_pct=Decimal(100)), "Step seed: Material medium: A tolerance is 0 or more"),
    (with_step(PASSAGE, "seed", kind="equipment", equipment=()), "Step seed: An equipment use names no equipment."),
    (with_step(PASSAGE, "seed", equipment=(EquipmentNeed("x", "spaceship"),)), "Step seed: Equipment x: The class “spaceship” is not known."),
    (with_step(PASSAGE, "line_clearance", equipment=()), "Step line_clearance: A line clearance clears one room."),
    (with_step(PASSAGE, "line_clearance", equipment=(EquipmentNeed("x", "balance"),)), "Step line_clearance: A line clearance clears one room."),
    (with_step(PASSAGE, "line_clearance", witness=False, critical=False), "Step line_clearance: A line clearance is done by two persons."),
    (with_step(PASSAGE, "line_clearance", parameters=()), "Step line_clearance: A line clearance without a checklist"),
    (with_step(PASSAGE, "inspect", kind="sampling"), "Step inspect: A sampling step draws no sample."),
    (with_step(PASSAGE, "inspect", samples=(SampleNeed("s", "", Decimal(1), "mL"),)), "Step inspect: Sample s: A sample needs its purpose"),
    (with_step(PASSAGE, "inspect", samples=(SampleNeed("s", "QC", Decimal(0), "mL"),)), "Step inspect: Sample s: A sample needs its purpose"),
    (
        with_step(PASSAGE, "inspect", kind="hold_point", parameters=(), samples=(SampleNeed("s", "QC", Decimal(1), "mL"),)),
        "Step inspect: Nothing is used, drawn or attached in a step that decides.",
    ),
    (with_parameter(TFF, "tff1.flux_mean_lmh", gate=True), "tff1.flux_mean_lmh: A gate without limits holds nothing."),
    (with_step(PASSAGE, "count", may_skip=True), "result.viable_harvested: “*count.viable” belongs to a step that may be passed over"),
    (with_step(TFF, "balance", may_skip=True), "Step balance: A gate in a step that may be passed over holds nothing."),
    (with_parameter(TFF, "tff1.vcf", gate=True, required=False), "tff1.vcf: A gate that may be left out holds nothing."),
    (with_step(TFF, "feed", section=""), "Step feed: The section is absent."),
    (with_step(TFF, "feed", title=""), "Step feed: The title is absent."),
    (with_step(TFF, "feed", instructions=()), "Step feed: The instruction is absent."),
    (with_step(TFF, "feed", witness=False), "Step feed: A critical step needs a witness."),
    (with_step(PASSAGE, "incubate", parameters=()), "Step incubate: A log without parameters records nothing."),
    (with_step(TFF, "tff1", filtration="sieve"), "Step tff1: The filtration “sieve” is not known."),
    (with_step(TFF, "tff1", filtration=""), "Step tff1: A filtration step needs both"),
    (with_step(TFF, "tff1", filtration_position=None), "Step tff1: A filtration step needs both"),
    (
        with_step(TFF, "recovery", parameters=TFF.steps[-3].parameters * 2),
        "Step recovery: The parameter key permeate_volume_ml is used 2 times.",
    ),
    (with_parameter(BANK, "fill.vials_filled", kind="rune"), "fill.vials_filled: The kind “rune” is not known."),
    (with_parameter(BANK, "fill.vials_filled", label=""), "fill.vials_filled: The label is absent."),
    (with_parameter(BANK, "fill.vials_filled", unit=""), "fill.vials_filled: A number needs a unit."),
    (with_parameter(BANK, "fill.vials_filled", decimals=None), "fill.vials_filled: A number needs its number of dec"),
    (with_parameter(BANK, "fill.vials_filled", decimals=-1), "fill.vials_filled: A number needs its number of dec"),
    (with_parameter(BANK, "fill.vials_filled", plausible_low=None), "fill.vials_filled: A number needs a plausible"),
    (with_parameter(BANK, "fill.vials_filled", plausible_high=None), "fill.vials_filled: A number needs a plausible"),
    (
        with_parameter(BANK, "freeze.cooling_rate", action_low=Decimal("1.3")),
        "freeze.cooling_rate: The limits contradict each other (0.1, 1.3, 1.2, 20.0).",
    ),
    (
        with_parameter(BANK, "freeze.cooling_rate", action_high=Decimal(30)),
        "freeze.cooling_rate: The limits contradict each other (0.1, 0.8, 30, 20.0).",
    ),
    (
        with_parameter(BANK, "fill.fill_volume_ml", alert_low=Decimal("0.90")),
        "fill.fill_volume_ml: The limits contradict each other",
    ),
    (with_parameter(BANK, "harvest.harvested_at", unit="h"), "harvest.harvested_at: Only numbers have a unit"),
    (with_parameter(BANK, "harvest.harvested_at", decimals=0), "harvest.harvested_at: Only numbers have a unit"),
    (
        with_parameter(BANK, "harvest.harvested_at", action_high=Decimal(0)),
        "harvest.harvested_at: Only numbers have a unit",
    ),
    (with_parameter(BANK, "harvest.harvested_at", choices=("a",)), "harvest.harvested_at: Only a choice has choices."),
    (with_parameter(BANK, "harvest.harvested_at", accepted=("a",)), "harvest.harvested_at: Only a choice has choices."),
    (with_parameter(BANK, "harvest.morphology", choices=("a",)), "harvest.morphology: A choice needs two or more"),
    (with_parameter(BANK, "harvest.morphology", choices=("Yes", "yes")), "harvest.morphology: A choice needs two or"),
    (with_parameter(BANK, "harvest.morphology", accepted=()), "harvest.morphology: No choice is accepted"),
    (
        with_parameter(BANK, "harvest.morphology", accepted=("fine",)),
        "harvest.morphology: The accepted choice “fine” is not among the choices.",
    ),
    (
        with_parameter(BANK, "harvest.cpdl", fills="cell_bank.colour"),
        "harvest.cpdl: cell_bank.colour is not an attribute that a master may fill.",
    ),
    (with_parameter(BANK, "harvest.cpdl", fills="bank"), "harvest.cpdl: bank is not an attribute"),
    (
        with_parameter(BANK, "harvest.cpdl", fills="passage.cumulative_pdl"),
        "harvest.cpdl: This step can't fill passage.cumulative_pdl. It fills: cell_bank, lot.",
    ),
    (
        with_parameter(TFF, "feed.temperature", fills="filtration_stage.vcf"),
        "feed.temperature: This step can't fill filtration_stage.vcf. It fills: isolation_run, lot.",
    ),
    (
        with_parameter(TFF, "tff1_log.tmp", fills="filtration_stage.tmp_mean_bar"),
        "tff1_log.tmp: A log has many rows, so it can't fill filtration_stage.tmp_mean_bar.",
    ),
    (
        with_parameter(BANK, "harvest.cpdl", fills="cell_bank.frozen_at"),
        "harvest.cpdl: cell_bank.frozen_at takes a value of the kind instant.",
    ),
    (
        with_parameter(PASSAGE, "seed.vessel", fills="passage.area_cm2"),
        "seed.vessel: passage.area_cm2 takes a value of the kind number.",
    ),
    (
        with_parameter(TFF, "feed.pooled_volume_ml", unit="L"),
        "feed.pooled_volume_ml: isolation_run.pooled_volume_ml is in mL, the parameter in “L”.",
    ),
    (
        with_parameter(BANK, "freeze.vials_made", decimals=1),
        "freeze.vials_made: cell_bank.vials_made is a count.",
    ),
    (with_parameter(TFF, "feed.temperature", formula="x.y"), "feed.temperature: Only a calculated parameter has a"),
    (with_parameter(TFF, "feed.temperature", formula_version=1), "feed.temperature: Only a calculated parameter"),
    (with_parameter(TFF, "feed.temperature", inputs={"a": "b"}), "feed.temperature: Only a calculated parameter"),
    (
        with_parameter(TFF, "tff1_log.tmp", formula="filtration.magic"),
        "tff1_log.tmp: The book holds no version 1 of the calculation “filtration.magic”. Name a formula of the book",
    ),
    (
        with_parameter(TFF, "tff1_log.tmp", formula_version=99),
        "tff1_log.tmp: The book holds no version 99 of the calculation “filtration.tmp”.",
    ),
    (with_parameter(TFF, "tff1_log.tmp", formula_version=None), "tff1_log.tmp: The book holds no version 0"),
    (
        with_parameter(TFF, "tff1_log.tmp", inputs={"feed": "p_feed", "retentate": "p_retentate"}),
        "tff1_log.tmp: The formula filtration.tmp needs the argument “permeate”.",
    ),
    (
        with_parameter(TFF, "tff1_log.tmp", inputs=inputs_of("tff1_log.tmp", moon="p_feed")),
        "tff1_log.tmp: The formula filtration.tmp has no argument “moon”.",
    ),
    (
        with_parameter(TFF, "tff1_log.tmp", inputs=inputs_of("tff1_log.tmp", feed="p_moon")),
        "tff1_log.tmp: “p_moon” is not a parameter further up.",
    ),
    (
        with_parameter(TFF, "tff1_log.tmp", inputs=inputs_of("tff1_log.tmp", feed="flux")),
        "tff1_log.tmp: “flux” is not a parameter further up.",
    ),
    (
        with_parameter(TFF, "tff1.vcf", inputs=inputs_of("tff1.vcf", feed_volume="tff2.product_volume_ml")),
        "tff1.vcf: “tff2.product_volume_ml” is not a parameter further up.",
    ),
    (
        with_parameter(TFF, "tff1.vcf", inputs=inputs_of("tff1.vcf", feed_volume="feed.moon")),
        "tff1.vcf: “feed.moon” is not a parameter further up.",
    ),
    (
        with_parameter(TFF, "tff1.tmp_mean_bar", inputs={"values": "*tmp"}),
        "tff1.tmp_mean_bar: “*tmp” is not a parameter further up.",
    ),
    (
        with_parameter(TFF, "tff1.tmp_mean_bar", inputs={"values": "*product_volume_ml"}),
        "tff1.tmp_mean_bar: “*product_volume_ml” is not a parameter further up.",
    ),
    (
        with_parameter(TFF, "tff1.tmp_mean_bar", inputs={"values": "*feed.temperature"}),
        "tff1.tmp_mean_bar: “*feed.temperature” needs a star when it names the rows of a log, and only then.",
    ),
    (
        with_parameter(TFF, "tff1.vcf", inputs=inputs_of("tff1.vcf", feed_volume="tff1_log.tmp")),
        "tff1.vcf: “tff1_log.tmp” needs a star",
    ),
    (
        with_parameter(TFF, "tff1_log.tmp", inputs=inputs_of("tff1_log.tmp", feed="tff1_membrane.lot")),
        "tff1_log.tmp: “tff1_membrane.lot” is not a number.",
    ),
    (
        with_parameter(TFF, "tff1.vcf", inputs=inputs_of("tff1.vcf", feed_volume=("feed.pooled_volume_ml",))),
        "tff1.vcf: The argument “feed_volume” takes one value.",
    ),
    (
        with_parameter(TFF, "tff1.tmp_mean_bar", inputs={"values": "product_volume_ml"}),
        "tff1.tmp_mean_bar: The argument “values” takes a list.",
    ),
    (
        with_parameter(TFF, "tff1.tmp_mean_bar", inputs={"values": ()}),
        "tff1.tmp_mean_bar: The argument “values” needs a list of single parameters, or one log with a star.",
    ),
    (
        with_parameter(TFF, "tff1.tmp_mean_bar", inputs={"values": ("*tff1_log.tmp",)}),
        "tff1.tmp_mean_bar: The argument “values” needs a list of single parameters, or one log with a star.",
    ),
    (
        with_parameter(PASSAGE, "doublings.cumulative_pdl", inputs={
            "parent_pdl": "@moon", "population_doublings": "population_doublings",
        }),
        "doublings.cumulative_pdl: “@moon” is not known to the genealogy. Use one of: @parent_cpdl, @part_concentrations, @part_volumes, @vials_sampled.",
    ),
    (
        with_parameter(PASSAGE, "doublings.doubling_time_h", inputs={
            "hours": "@parent_cpdl", "viable_harvested": "result.viable_harvested", "viable_seeded": "seed.viable_seeded",
        }),
        "doublings.doubling_time_h: The argument “hours” is in h, “@parent_cpdl” in “doublings”.",
    ),
    (
        with_parameter(TFF, "tff1_log.p_feed", unit="psi"),
        "tff1_log.tmp: The argument “feed” is in bar, “p_feed” in “psi”.",
    ),
    (with_parameter(TFF, "tff1_log.tmp", unit="psi"), "tff1_log.tmp: The result is in bar, the parameter in “psi”."),
    (
        with_parameter(TFF, "tff1.tmp_mean_bar", inputs={"values": "*tff1_log.flux"}),
        "tff1.tmp_mean_bar: The result is in LMH, the parameter in “bar”.",
    ),
    (
        with_parameter(TFF, "tff1_log.p_permeate", required=False),
        "tff1_log.tmp: “p_permeate” may be left out, so this value might never be computed.",
    ),
]  # fmt: skip


@pytest.mark.req("MST-09", negative=True)
@pytest.mark.parametrize(("master", "start"), DEFECTS, ids=[start[:60] for _, start in DEFECTS])
def test_a_defect_is_named(master: MasterFile, start: str) -> None:
    found = defects(master)
    assert any(sentence.startswith(start) for sentence in found), found


@pytest.mark.req("MST-09")
def test_a_value_that_may_be_left_out_may_depend_on_one_that_may() -> None:
    optional = with_parameter(TFF, "tff1_log.permeate_flow", required=False)
    assert defects(with_parameter(optional, "tff1_log.flux", required=False)) == [
        "tff1.flux_mean_lmh: “*tff1_log.flux” may be left out, so this value might never be computed. Make it required."
    ]
