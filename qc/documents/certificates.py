"""Building both certificates from the record. No text here is typed by a person, except the destination the QP signs for."""

from decimal import Decimal
from typing import Any

from batches.documents.labels import strength_of, volume_of
from batches.models import Entry, ExceptionRecord, Lot
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import IssuedDocument, Plant
from evgmp.compliance.recording import Recording
from evgmp.rules.command import STATEMENTS
from evgmp.web.components import NBSP, value_text
from qc.documents import results
from qc.documents.parts import BasisLine, BatchCertificate, CertificateOfAnalysis, ParentLine, Signed
from qc.domain.dose import dose_volume
from qc.domain.specification_rows import STAGES
from qc.models import OutOfSpecification, Result
from qc.selectors.chain import Chain
from qc.selectors.sheets import Sheet, sheet

COA_TITLE, BATCH_TITLE = "Certificate of analysis", "Batch certificate"
COA_KIND, BATCH_KIND = "certificate_of_analysis", "batch_certificate"
CONTRACT_LABORATORIES = "None. Every result was recorded by the laboratory of this site."

# The wording belongs to the official appendix of the site's regulatory profile and is not written in the program.
STATEMENT = "The site puts here, word for word, the certification statement of the official appendix that holds for its regulatory profile."
STATEMENT_SOURCE = "No statement is loaded: this certificate shows the place of the statement and certifies nothing."
EXCEPTION_WORDS = {"no_impact": "no impact", "impact_accepted": "impact accepted", "lot_affected": "lot affected"}


def signed_now(rec: Recording, covers: str) -> Signed:
    """The first signature of the open recording, as it is printed."""
    signing = rec.act.signings[0]
    return Signed(STATEMENTS[signing.meaning], signing.printed_name, signing.role, signing.user_id, stamp(rec.at), covers)


def certificate_of_analysis(lot: Lot, approval: tuple[Signed, ...] = ()) -> CertificateOfAnalysis:
    """The certificate of analysis of a lot as its records stand now. `approval`: the approver's signature."""
    tested = sheet(lot)
    chain = Chain(lot)
    corrections, marks = results.corrections_of(lot)
    tested_from, tested_to = results.days_of(tested)
    passed = all(row.passes for row in tested.rows if row.decides_release) and tested.version is not None
    verdict = "complies" if passed else "does not comply"
    return CertificateOfAnalysis(
        testing_site=_site(),
        contract_laboratories=results.laboratories_of(tested) or CONTRACT_LABORATORIES,
        product=tested.version.spec.title if tested.version else lot.product,
        product_code=lot.product,
        stage=lot.stage_name,
        lot=lot.number,
        quantity=quantity_of(lot),
        parents=tuple(ParentLine(stage, lots) for stage, lots in chain.in_words()),
        expires_on=lot.expires_on.isoformat() if lot.expires_on else "",
        storage=lot.storage,
        specification=str(tested.version),
        specification_stage="release",
        samples=results.samples_of(tested),
        tested_from=tested_from,
        tested_to=tested_to,
        groups=results.groups_of(tested, marks, dose_of(lot)),
        not_done=results.not_done_of(tested),
        parent_tests=results.parent_tests_of(chain),
        investigations=results.investigations_of(lot),
        rounding=(tested.rounding_words,),
        values_counted=Result.objects.filter(lot=lot, is_current=True).count(),
        corrections=corrections,
        complies=passed,
        conclusion=f"The lot {verdict} with {tested.version}.",
        counts=_counts(tested),
        signatures=results.reviewers_of(tested) + approval,
        **_made(lot),
    )


def _made(lot: Lot) -> dict[str, str]:
    """Strength, fill, container and date of manufacture, each by what the stage means by it."""
    typed: Any = lot.typed
    strength = strength_of(lot)
    if lot.stage in ("ev_lot", "drug_product"):
        made, means = typed.filled_at or lot.made_on, "end of filling" if typed.filled_at else "batch completed"
        container = ", ".join(part for part in (typed.container, typed.formulation) if part)
    elif lot.stage == "cell_bank":
        made, means = typed.frozen_at or lot.made_on, "freezing" if typed.frozen_at else "batch completed"
        strength = value_text(typed.cells_per_vial, "cells/vial") if typed.cells_per_vial is not None else ""
        container = ""
    else:
        made, means, strength, container = lot.made_on, "batch completed", "", ""
    return {
        "strength": strength,
        "fill": fill_of(lot),
        "container": container,
        "made_on": stamp(made) if made else "",
        "made_means": means,
    }


def dose_of(lot: Lot) -> Decimal | None:
    """Volume of one dose of a drug product, mL; None for other lots and while it is not recorded."""
    typed: Any = lot.typed
    return dose_volume(typed.fill_volume_ml, typed.doses_per_vial) if lot.stage == "drug_product" else None


def fill_of(lot: Lot) -> str:
    """What was filled into a container, and for a drug product how many doses that is."""
    words, doses = volume_of(lot), getattr(lot.typed, "doses_per_vial", None)
    return f"{words}, {doses} dose{'' if doses == 1 else 's'} per vial" if words and doses else words


def _counts(tested: Sheet) -> str:
    applying = tested.applying
    done = sum(row.is_reviewed for row in applying)
    reported = tested.count("reported")
    parts = [f"{tested.count('pass')} meet their criterion"]
    parts += [f"{reported} {'is' if reported == 1 else 'are'} reported without a limit"] if reported else []
    return f"{done} of {len(applying)} tests done and reviewed. {', '.join(parts)}."


def _site() -> str:
    plant = Plant.objects.order_by("pk").first()
    return plant.name if plant else ""


def quantity_of(lot: Lot) -> str:
    return value_text(lot.quantity_made, lot.unit) if lot.quantity_made is not None else ""


def batch_certificate(
    rec: Recording, lot: Lot, *, coa: IssuedDocument, approved: tuple[str, str], serial: str, destination: str
) -> BatchCertificate:
    """The certificate of the Qualified Person, signed in the open recording. `approved`: QA's approval, by whom and when."""
    made = _made(lot)
    plant = Plant.objects.order_by("pk").first()
    signature = signed_now(rec, lot.number)
    spec = lot.specification.version.spec
    return BatchCertificate(
        product=spec.title,
        product_code=lot.product,
        strength=made["strength"],
        dosage_form=", ".join(
            part for part in (STAGES[spec.stage], getattr(lot.typed, "dosage_form", ""), getattr(lot.typed, "formulation", "")) if part
        ),
        package=f"vial of {made['fill']}" if made["fill"] else "",
        lot=lot.number,
        quantity=quantity_of(lot),
        destination=destination,
        made_on=made["made_on"],
        expires_on=lot.expires_on.isoformat() if lot.expires_on else "",
        storage=lot.storage,
        sites=f"{plant.name}, authorisation {plant.authorisation_number}" if plant else "",
        statement=STATEMENT,
        statement_source=STATEMENT_SOURCE,
        statement_is_placeholder=True,
        basis=basis_of(lot, coa, approved),
        decision="Certified",
        register_entry=serial,
        qualified_person=f"{signature.printed_name} ({signature.user_id})",
        signature=signature,
    )


def basis_of(lot: Lot, coa: IssuedDocument, approved: tuple[str, str]) -> tuple[BasisLine, ...]:
    """What a certification rests on: certificate, batch records of the whole chain, QA's approval, exceptions, OOS, changes."""
    chain = Chain(lot)
    lines = [
        BasisLine(
            "Certificate of analysis, complies", f"{coa.number} v{coa.version}", f"Issued {stamp(coa.issued_at)[:10]}, {coa.issued_by}"
        )
    ]
    reviews = signatures_by_record(list(chain.batches.values()))
    for one in chain.lots:
        if batch := chain.batches.get(one.pk):
            signed = [s for s in reviews[str(batch.pk)] if s.meaning == "reviewed" and not s.withdrawn]
            state = f"Reviewed by {signed[-1].printed_name}, {stamp(signed[-1].at)[:10]}" if signed else "Not reviewed"
            lines.append(BasisLine(f"Batch record, {one.stage_name}, {batch.version}", batch.number, state))
    lines.append(BasisLine("Approval for certification by QA", lot.number, f"{approved[0]}, {approved[1]}"))
    for exception in ExceptionRecord.objects.filter(lot__in=chain.lots).order_by("pk"):
        closed = f"Closed {stamp(exception.closed_at)[:10]}, " if exception.closed_at else "Open"
        lines.append(
            BasisLine(
                f"Exception: {exception.sentence}", exception.number, closed + EXCEPTION_WORDS.get(exception.decision, exception.decision)
            )
        )
    for oos in OutOfSpecification.objects.filter(lot__in=chain.lots).order_by("pk"):
        lines.append(BasisLine(f"Out-of-specification result of {oos.lot}", oos.number, oos.status))
    if not any(line.record.startswith("Out-of") for line in lines):
        lines.append(BasisLine("Out-of-specification results of the chain", "None", "N/A"))
    entries = Entry.objects.filter(step__batch__lot__in=chain.lots, supersedes__isnull=False).count()
    changed = Result.objects.filter(lot__in=chain.lots, supersedes__isnull=False).count()
    where = "Shown in the batch records and certificates" if entries + changed else "No value was changed after first entry"
    lines.append(BasisLine("Values changed after first entry", f"{entries + changed}{NBSP}in the chain", where))
    return tuple(lines)
