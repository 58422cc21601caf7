"""Donors by code and the lines derived from them."""

from batches.domain.commands import DECIDE_DONOR_ELIGIBILITY, REGISTER_CELL_LINE, REGISTER_DONOR
from batches.domain.lifecycle import DONOR
from batches.domain.vectors import contradictions
from batches.models import CellLine, Donor
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import Blocker, RuleBroken, refuse

REGISTERED = ("code", "sex", "age_band", "tissue_source", "consent_reference", "consent_scope", "testing_summary")
DECISIONS = {"eligible": "Eligible", "ineligible": "Ineligible"}


def register_donor(
    act: Act, *, code: str, sex: str, age_band: str, tissue_source: str, consent_reference: str, consent_scope: str, testing_summary: str
) -> Donor:
    """A donor by code, undecided. Everything derived from the donor stays in quarantine until QA decides (TRC-05)."""
    with recording(REGISTER_DONOR, act) as rec:
        if Donor.objects.filter(code=code).exists():
            raise refuse("code_taken", f"The code {code} belongs to another donor. Codes are given once; choose another.", "code")
        donor = Donor(
            code=code, sex=sex, age_band=age_band, tissue_source=tissue_source, consent_reference=consent_reference,
            consent_scope=consent_scope, testing_summary=testing_summary,
        )  # fmt: skip
        donor.save()
        # The eligibility is another person's decision with a signature of its own.
        rec.about(donor, covers=[(donor, list(REGISTERED))])
    return donor


def decide_donor_eligibility(act: Act, on: str, *, eligibility: str, basis: str) -> Donor:
    """QA decides, and may decide again when something new is known: the earlier decision stays readable (TRC-04)."""
    with recording(DECIDE_DONOR_ELIGIBILITY, act) as rec:
        donor = Donor.locked(code=on)
        fresh(donor, act)
        if eligibility not in DECISIONS:
            raise refuse("unknown_decision", f"Choose one of: {', '.join(DECISIONS.values())}.", "eligibility")
        if not basis.strip():
            raise refuse("basis_missing", "Say on which records the decision rests.", "basis")
        DONOR.target(DECIDE_DONOR_ELIGIBILITY, status=donor.eligibility)
        before = donor.eligibility
        donor.eligibility, donor.decided_at, donor.decision_basis = eligibility, rec.at, basis.strip()
        donor.save()
        rec.about(donor, before=before, eligibility=eligibility)
    return donor


def register_cell_line(
    act: Act, on: str, *, code: str, clone: str, reprogramming_method: str, vector_kit: str, vector_contents: list[str], hla_type: str,
    genetic_edits: str, culture: str,
) -> CellLine:  # fmt: skip
    """A line of a donor. What its vectors carried decides later which reprogramming factors are tested."""
    with recording(REGISTER_CELL_LINE, act) as rec:
        donor = Donor.locked(code=on)
        fresh(donor, act)
        blockers = DONOR.blockers(REGISTER_CELL_LINE, status=donor.eligibility)
        if CellLine.objects.filter(code=code).exists():
            blockers.append(Blocker("code_taken", f"The code {code} belongs to another line. Codes are given once; choose another.", "code"))
        blockers += vector_blockers(reprogramming_method, vector_contents)
        if blockers:
            raise RuleBroken(*blockers)
        line = CellLine(
            code=code, donor=donor, clone=clone, reprogramming_method=reprogramming_method, vector_kit=vector_kit,
            vector_contents=list(dict.fromkeys(vector_contents)), hla_type=hla_type, genetic_edits=genetic_edits, culture=culture,
        )  # fmt: skip
        line.save()
        donor.save()
        rec.about(line, donor=donor.code)
    return line


def vector_blockers(method: str, contents: list[str]) -> list[Blocker]:
    """Why method and vector contents can't both be true. An empty list would leave the clearance untested (RPF rules)."""
    if not contents:
        return [Blocker("vectors_missing", "Choose everything the vectors carried. Each item needs its clearance test.", "vector_contents")]
    return [Blocker("vectors_contradict", sentence, "vector_contents") for sentence in contradictions(method, contents)]
