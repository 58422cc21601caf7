"""The report of a relative potency as printed: frozen texts, from which the plot is drawn too."""

from dataclasses import dataclass
from typing import Any

from evgmp.compliance.issuing import stamp
from evgmp.web.components import number_text
from qc.domain.potency_readings import figure_rows
from qc.models import PotencyAssay
from qc.selectors.potency import facts

KIND, TITLE = "potency_report", "Report of a relative potency"


@dataclass(frozen=True)
class PotencyReport:
    """Everything of one evaluation. plot: what `evgmp.web.dose_response` draws; readings: preparation, dose, response as typed."""

    lot: str
    sample: str
    run: str
    method: str
    instrument: str
    performed_at: str
    analyst: str
    standard: str
    model: str
    found: str
    suitable: str
    reasons: tuple[str, ...]
    criteria: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    # What was found beside what the method asks for. Papers of earlier releases have the two apart, in `criteria` and `figures`.
    suitability: tuple[tuple[str, str, str], ...]
    readings: tuple[tuple[str, str, str], ...]
    dose_unit: str
    response_unit: str
    plot: dict[str, Any]


def report_of(assay: PotencyAssay) -> PotencyReport:
    run = assay.run
    return PotencyReport(
        lot=assay.sample.lot.number, sample=assay.sample.number, run=run.number, method=f"{run.method}, {run.method_key}", instrument=run.instrument,
        performed_at=stamp(run.performed_at), analyst=f"{assay.analyst} ({assay.analyst_id})",
        standard=dict(facts(assay))["Reference standard"],
        model=assay.model_words, found=assay.shown, suitable="Suitable" if assay.suitable else "Not suitable: no result",
        reasons=tuple(assay.reasons), criteria=tuple(assay.potency_rule.criteria),
        figures=tuple((name, number_text(figure)) for name, figure in assay.found["figures"]),
        suitability=tuple(
            (one.name, number_text(one.found), one.criterion)
            for one in figure_rows(assay.potency_rule.criteria, assay.found["figures"], (assay.low, assay.high))
        ),
        readings=tuple((one.preparation, one.dose.text, one.response.text) for one in assay.lines),
        dose_unit=assay.rule["dose_unit"], response_unit=assay.rule["response_unit"], plot=assay.plot,
    )  # fmt: skip
