"""The frozen shapes of both certificates. Every value is text as it is printed; instants are ISO 8601 with their offset.

Numbers stand twice: `result` as people read it, `amount` in plain digits for whoever reads the attached data.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signed:
    """A signature as printed (SIG-01): in what sense, by whom, when. `covers`: what it vouches for."""

    statement: str
    printed_name: str
    role: str
    user_id: str
    at: str
    covers: str


@dataclass(frozen=True)
class ResultLine:
    """One test. `criterion` is worded as registered; `note` holds LOD and LOQ in force, reference standard, confidence interval."""

    code: str
    test: str
    method: str
    criterion: str
    result: str
    outcome: str
    amount: str = ""
    unit: str = ""
    note: str = ""
    sample: str = ""
    tested_on: str = ""
    marks: str = ""


@dataclass(frozen=True)
class ResultGroup:
    title: str
    lines: tuple[ResultLine, ...]


@dataclass(frozen=True)
class ParentTests:
    """Tests taken from a parent lot, with the certificate that carries them."""

    lot: str
    stage: str
    specification: str
    certificate: str
    lines: tuple[ResultLine, ...]


@dataclass(frozen=True)
class Correction:
    """A value changed after its first entry (PRT-01)."""

    mark: str
    what: str
    old: str
    new: str
    why: str
    by: str
    at: str


@dataclass(frozen=True)
class Investigation:
    """One OOS: its number, the test, every individual result, and how it ended."""

    number: str
    test: str
    results: str
    disposition: str


@dataclass(frozen=True)
class SampleLine:
    number: str
    purpose: str
    drawn_at: str
    received_at: str


@dataclass(frozen=True)
class NotDone:
    test: str
    why: str


@dataclass(frozen=True)
class ParentLine:
    """The parents of one stage, as `Isolation run: TFF-2026-016`."""

    stage: str
    lots: str


@dataclass(frozen=True)
class CertificateOfAnalysis:
    """The certificate of analysis of a lot or bank, items 1 to 16 of its content list; 1 and 16 stand in the paper around it."""

    testing_site: str
    contract_laboratories: str
    product: str
    product_code: str
    stage: str
    strength: str
    fill: str
    container: str
    lot: str
    quantity: str
    parents: tuple[ParentLine, ...]
    made_on: str
    made_means: str
    expires_on: str
    storage: str
    specification: str
    specification_stage: str
    samples: tuple[SampleLine, ...]
    tested_from: str
    tested_to: str
    groups: tuple[ResultGroup, ...]
    not_done: tuple[NotDone, ...]
    parent_tests: tuple[ParentTests, ...]
    investigations: tuple[Investigation, ...]
    rounding: tuple[str, ...]
    values_counted: int
    corrections: tuple[Correction, ...]
    complies: bool
    conclusion: str
    counts: str
    signatures: tuple[Signed, ...]


@dataclass(frozen=True)
class BasisLine:
    """One record that a certification rests on."""

    record: str
    number: str
    state: str


@dataclass(frozen=True)
class BatchCertificate:
    """The certificate of the Qualified Person: content items 1 to 7, and what the act rests on."""

    product: str
    product_code: str
    strength: str
    dosage_form: str
    package: str
    lot: str
    quantity: str
    destination: str
    made_on: str
    expires_on: str
    storage: str
    sites: str
    statement: str
    statement_source: str
    statement_is_placeholder: bool
    basis: tuple[BasisLine, ...]
    decision: str
    register_entry: str
    qualified_person: str
    signature: Signed
