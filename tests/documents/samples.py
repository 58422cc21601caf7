"""Hand-made frozen content of both certificates, for tests that need a paper and no lot."""

from dataclasses import replace
from typing import Any

from evgmp.compliance.canonical import canonical, sha256
from evgmp.compliance.issuing import check_code, paper_pdf
from qc.documents.parts import (
    BasisLine,
    BatchCertificate,
    CertificateOfAnalysis,
    Correction,
    Investigation,
    ParentLine,
    ParentTests,
    ResultGroup,
    ResultLine,
    SampleLine,
    Signed,
)

ISSUED = "2026-11-13T16:47:09+01:00"


def _line(code: str, test: str, method: str, criterion: str, result: str, outcome: str = "Pass", **more: str) -> ResultLine:
    return ResultLine(code=code, test=test, method=method, criterion=criterion, result=result, outcome=outcome, **more)


GROUPS = (
    ResultGroup(
        "Identity",
        (
            _line("DS-ID-CD9", "CD9-positive vesicles", "Nano-flow, TM-024 v5", "Not less than 40 %", "66 %", amount="66", unit="%"),
            _line("DS-ID-MORPH", "Morphology", "TEM, TM-027 v2", "Round, membrane-bound", "Conforms"),
        ),
    ),
    ResultGroup(
        "Content",
        (
            _line(
                "DS-CO-PART", "Particle concentration", "NTA, TM-021 v7", "Not less than 1.0 × 10¹¹ and not more than 4.0 × 10¹¹ particles/mL",
                "1.98 × 10¹¹ particles/mL", amount="198000000000", unit="particles/mL",
            ),
            _line("DS-CO-PROT", "Total protein", "Micro-BCA, TM-030 v4", "Report", "7.92 µg/mL", "Reported", marks="c1"),
        ),
    ),
    ResultGroup(
        "Potency",
        (
            _line(
                "DS-PO-TNF", "TNF-α suppression", "Macrophages, TM-041 v6", "Not less than 70 and not more than 130 %", "88 %",
                note="Reference standard REF-EV-003, assigned 100 %. 95 % confidence interval 81 to 96 %",
            ),
        ),
    ),
    ResultGroup(
        "Safety",
        (
            _line("DS-SA-STER", "Sterility", "Ph. Eur. 2.6.1, TM-050 v2", "No growth", "No growth"),
            _line("DS-SA-ENDO", "Bacterial endotoxins", "Ph. Eur. 2.6.14, TM-053 v6", "Not more than 0.50 EU/mL", "< 0.050 EU/mL",
                note="Below LOQ 0.050 EU/mL"),
        ),
    ),
    ResultGroup(
        "Absence of reprogramming factors",
        (
            _line("DS-RF-SEV", "Sendai virus genome RNA", "RT-ddPCR, TM-060 v5", "Absent, LOD not more than 10 copies/mL", "Not detected (LOD 10 copies/mL)"),
        ),
    ),
)  # fmt: skip

COA = CertificateOfAnalysis(
    testing_site="Sample Manufacturing Site",
    contract_laboratories="None. Every test was done at this site.",
    product="iMSC-EV concentrate",
    product_code="IMEV-01",
    stage="EV lot",
    strength="2.0 × 10¹¹ particles/mL",
    fill="1.0 mL",
    container="2 mL cyclo-olefin vial, stopper and cap",
    lot="EV-2026-006",
    quantity="104 vials",
    parents=(
        ParentLine("TFF isolation run", "TFF-2026-016"),
        ParentLine("Conditioned-media lot", "CM-2026-017, CM-2026-018"),
        ParentLine("Passage", "IMSC-03-P5"),
        ParentLine("Cell bank", "IPSC-MCB-001 vial IPSC-MCB-001-013"),
        ParentLine("Donor", "DONOR-0007"),
    ),
    made_on="2026-10-01T18:22:00+02:00",
    made_means="end of filling",
    expires_on="2028-04-01",
    storage="−80 °C ± 10 °C",
    specification="SPEC-EV-DS version 4",
    specification_stage="release",
    samples=(SampleLine("SMP-2026-412", "release", "2026-10-01T18:40:00+02:00", "2026-10-01T19:05:00+02:00"),),
    tested_from="2026-10-02T08:00:00+02:00",
    tested_to="2026-11-09T08:00:00+01:00",
    groups=GROUPS,
    not_done=(),
    parent_tests=(
        ParentTests(
            "IPSC-MCB-001", "Cell bank", "SPEC-IPSC-MCB version 1", "COA-2026-001 version 2",
            (_line("MCB-SA-KARYO", "Karyotype", "G-banding, TM-003 v1", "Normal", "Normal"),),
        ),
    ),
    investigations=(
        Investigation("OOS-2026-003", "TNF-α suppression", "61 %, 88 %", "Laboratory cause found; the first run is invalid."),
    ),
    rounding=("Rounded once, half up, to the decimals of the limit (USP General Notices 7.20).",),
    values_counted=31,
    corrections=(
        Correction("c1", "Total protein", "7.29 µg/mL", "7.92 µg/mL", "Digits swapped when typed.", "A. Analyst", "2026-10-09T10:15:00+02:00"),
    ),
    complies=True,
    conclusion="The lot complies with SPEC-EV-DS version 4.",
    counts="8 of 8 tests done and reviewed. 7 meet their criterion, 1 is reported without a limit.",
    signatures=(
        Signed("I reviewed this", "B. Analyst", "QC analyst", "b.analyst", "2026-11-12T11:30:00+01:00", "8 results"),
        Signed("I approve this", "A. Labhead", "Head of Quality Control", "a.labhead", ISSUED, "this certificate"),
    ),
)  # fmt: skip

BATCH_CERTIFICATE = BatchCertificate(
    product="iMSC-EV concentrate",
    product_code="IMEV-01",
    strength="2.0 × 10¹¹ particles/mL",
    dosage_form="Concentrate, frozen",
    package="vial of 1.0 mL",
    lot="EV-2026-006",
    quantity="104 vials",
    destination="Clinical trial sites in the European Union",
    made_on="2026-10-01T18:22:00+02:00",
    expires_on="2028-04-01",
    storage="−80 °C ± 10 °C",
    sites="Sample Manufacturing Site, SAMPLE-MIA-0001",
    statement="The site loads here, word for word, the statement of the official appendix that holds for its regulatory profile.",
    statement_source="No statement is loaded.",
    statement_is_placeholder=True,
    basis=(
        BasisLine("Certificate of analysis, complies", "COA-2026-006 v1", "Approved by A. Labhead, 2026-11-13"),
        BasisLine("Batch record", "BR-2026-016", "Reviewed by A. Verifier, 2026-11-16"),
        BasisLine("Exception: room temperature above 25.0 °C", "EXC-2026-008", "Closed 2026-10-19, no impact"),
        BasisLine("Out-of-specification results", "None", "N/A"),
        BasisLine("Values changed after first entry", "1", "Shown in COA-2026-006 version 1"),
    ),
    decision="Certified",
    register_entry="QPR-2026-014",
    qualified_person="Q. Person (q.person)",
    signature=Signed("I certify this", "Q. Person", "Qualified Person", "q.person", "2026-11-16T15:20:00+01:00", "EV-2026-006"),
)


def paper_data(kind: str, number: str, title: str, content: Any, **changes: Any) -> str:
    """The frozen data of a paper as `issue` writes them."""
    from dataclasses import asdict

    data: dict[str, Any] = {
        "schema": "evgmp.paper/1", "kind": kind, "number": number, "version": 1, "title": title, "record": content.lot,
        "supersedes": "", "issued_at": ISSUED, "recording": "9d9b9e0c-6f0b-4b0e-9a63-0d5b7f3a1c55", "system": "evgmp 0.1.0",
        "issued_by": {"name": "A. Labhead", "user_id": "a.labhead", "role": "Head of Quality Control"},
        "plant": {
            "name": "Sample Manufacturing Site", "address": "1 Sample Street, 00000 Sample Town",
            "contact": "+00 00 000000, quality@site.example", "authorisation_number": "SAMPLE-MIA-0001",
            "regulatory_profile": "EU, investigational product", "is_demo": True,
        },
        "content": asdict(content),
    }  # fmt: skip
    return canonical({**data, **changes})


def coa_data(**changes: Any) -> str:
    return paper_data("certificate_of_analysis", "COA-2026-006", "Certificate of analysis", replace(COA, **changes))


def batch_certificate_data(**changes: Any) -> str:
    return paper_data("batch_certificate", "BC-2026-006", "Batch certificate", replace(BATCH_CERTIFICATE, **changes))


def drawn(kind: str, data: str, mark: Any = None) -> bytes:
    """The PDF of frozen data."""
    import json

    paper = json.loads(data)
    return paper_pdf(kind, data, check_code(paper["number"], paper["version"], sha256(data)), mark)
