"""Method lists: authored from a text, reviewed by a second person, approved by QA. What is approved is what tests (LAB-02, MST-07)."""

from batches.services.versions import put_into_force
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from evgmp.rules.change_record import Change
from qc.domain.commands import APPROVE_METHODS, AUTHOR_METHODS, REVIEW_METHODS
from qc.domain.lifecycle import METHOD_LIST
from qc.domain.method_list import code_defect
from qc.models import MethodList, MethodListVersion
from qc.selectors.methods import approval_blockers, list_facts, read_list, version_of


def author_methods(act: Act, *, code: str, text: str, impact: str, affected_batches: str, training_needed: str) -> MethodListVersion:
    """A draft version from the text of a list, with its change record. Refused with every defect found; the reason says what changed and why."""
    with recording(AUTHOR_METHODS, act) as rec:
        code = code.strip().upper()
        if defect := code_defect(code):
            raise refuse("method_list_code", defect, "code")
        methods, defects = read_list(text)
        if defects:
            raise RuleBroken(*(Blocker("method_list_defect", sentence, "written") for sentence in defects))
        held = MethodList.objects.select_for_update().filter(code=code).first()
        if held is None:
            held = MethodList(code=code)
            held.save()
        latest = held.versions.order_by("-version").first()
        if latest is not None and latest.source_text == text:
            raise refuse("nothing_changed", f"This text is {latest.number} already, letter for letter. Change it, then author it.", "written")
        version = MethodListVersion(
            method_list=held, version=latest.version + 1 if latest else 1, source_text=text, change_reason=act.reason.strip(),
            **Change(impact, affected_batches, training_needed).said(),
        )  # fmt: skip
        version.save()
        rec.about(version, methods=len(methods))
    return version


def review_methods(act: Act, on: str) -> MethodListVersion:
    """The second person's check of a draft (MST-02)."""
    with recording(REVIEW_METHODS, act) as rec:
        version = _locked(on)
        fresh(version, act)
        version.status = METHOD_LIST.target(REVIEW_METHODS, status=version.status, facts=list_facts(version))
        version.save()
        rec.about(version)
    return version


def approve_methods(act: Act, on: str) -> MethodListVersion:
    """QA's approval: this version becomes effective and the one before it superseded, in one recording.

    Refused while another list in force holds one of its methods.
    """
    with recording(APPROVE_METHODS, act) as rec:
        version = _locked(on)
        fresh(version, act)
        if blockers := approval_blockers(version):
            raise RuleBroken(*blockers)
        former = put_into_force(version, MethodListVersion.objects.filter(method_list=version.method_list), rec.at)
        rec.about(version, supersedes=former)
    return version


def _locked(number: str) -> MethodListVersion:
    """The version, under the lock of all lists: two approved at once can't hold the same method, nor two versions of one both be effective."""
    found = version_of(number)
    list(MethodList.objects.select_for_update().order_by("pk"))
    return MethodListVersion.locked(pk=found.pk)
