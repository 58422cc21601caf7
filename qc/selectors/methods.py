"""Reading test methods: the lists in force, a method by number and version, and what bars the approval of a list.

Two questions, two answers. What may be entered now asks `method_in_force`. What reads or recomputes a record asks `method_named`, which finds
whatever was in force once, so that a certificate or a recomputation never breaks on a later list.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet

from batches.domain.data_file import DataFileError
from batches.domain.master_differences import Difference
from evgmp.rules.blocker import Blocker
from evgmp.rules.calculation import Calculation
from qc.domain.commands import APPROVE_METHODS
from qc.domain.computed_value import computed_by
from qc.domain.lifecycle import METHOD_LIST
from qc.domain.method_file import NO_LIST, MethodFile, entry_blockers, read_methods
from qc.domain.method_floor import Asked, floor_defects, less_than_fixed, reach_defect
from qc.domain.method_list import Key, differences, held_elsewhere, key_of, list_defects
from qc.domain.run_checks import method_blockers
from qc.models import MethodListVersion, SpecRow
from qc.selectors.runs import Method

EXAMPLE = Path(__file__).resolve().parent.parent / "masterdata" / "methods.toml"


def example_text() -> str:
    """The list of examples that comes with the software, to begin from. Nothing is tested by it before a site has approved it."""
    return EXAMPLE.read_text("utf-8")


@lru_cache(maxsize=64)
def _held(text: str) -> Mapping[Key, MethodFile]:
    """The methods of a text by number and version, read once for each text."""
    return MappingProxyType({key_of(method): method for method in read_methods(text)})


def methods_of(version: MethodListVersion) -> tuple[MethodFile, ...]:
    """The methods of a list version in the order of its text."""
    return tuple(_held(version.source_text).values())


def methods_in_force() -> tuple[MethodFile, ...]:
    """Every method of every effective list, list by list."""
    texts = MethodListVersion.objects.filter(status="effective").order_by("method_list__code").values_list("source_text", flat=True)
    return tuple(method for text in texts for method in _held(text).values())


def lists_in_force() -> bool:
    return MethodListVersion.objects.filter(status="effective").exists()


def method_in_force(number: str, version: str) -> MethodFile | None:
    """The method as a list in force holds it; None when none does."""
    texts = MethodListVersion.objects.filter(status="effective").values_list("source_text", flat=True)
    return next((method for text in texts if (method := _held(text).get((number, version)))), None)


def method_named(number: str, version: str) -> MethodFile | None:
    """The method as it is in force, or as it was last; None when it never was. To read records by, never to enter new ones."""
    return method_in_force(number, version) or next(
        (method for text in _superseded_texts() if (method := _held(text).get((number, version)))), None
    )


def _superseded_texts() -> "QuerySet[MethodListVersion, str]":
    """Texts that were in force once, the last one first."""
    return MethodListVersion.objects.filter(status="superseded").order_by("-effective_from", "-pk").values_list("source_text", flat=True)


def entry_facts(number: str, version: str) -> tuple[MethodFile | None, bool]:
    """What `entry_blockers` asks: the method in force, and whether any list is."""
    method = method_in_force(number, version)
    return method, method is not None or lists_in_force()


def entry_barred(row: SpecRow, kind: str = "", standing: tuple[MethodFile | None, bool] | None = None) -> list[Blocker]:
    """Why no result of this test can be entered by its method as it stands now. kind: of the result, once it is known.

    standing: the `entry_facts` of its method, for who has read them already.
    """
    method, lists = standing or entry_facts(row.method_number, row.method_version)
    found = entry_blockers(method, row.method_key, row.purpose, lists=lists)
    if not found and method is not None:
        found = [Blocker("method_floor", sentence) for sentence in less_than_fixed(method, _asked(row))]
    if not found and method is not None and kind == "not_detected" and (sentence := _reach(method, row)):
        return [Blocker("method_insensitive", sentence, "kind")]
    return found


def run_barred(method: Method | None) -> list[Blocker]:
    """The same of a run of the method that was chosen; before one is, whether there is any list in force."""
    if method is None:
        return [] if lists_in_force() else [Blocker("no_method_list", NO_LIST)]
    found, lists = entry_facts(method.number, method.version)
    return method_blockers(found, method.key, for_release=method.for_release, lists=lists)


def _reach(method: MethodFile, row: SpecRow) -> str:
    """Why the method does not show the LOD that a release test asks for; empty when it does, or none is asked."""
    asked = row.lod_max if row.decides_release else None
    return "" if asked is None else reach_defect(method, row.code, asked, row.lod_unit)


def calculation_of(row: SpecRow) -> Calculation | None:
    """The formula that a test's value is computed by, in its newest version; None where the value is measured."""
    method = method_named(row.method_number, row.method_version)
    return computed_by(method.calculation) if method is not None else None


def _asked(row: SpecRow) -> Asked:
    """An approved row as `qc.domain.method_floor` compares it with its method."""
    controls = {control["kind"]: control["criterion"] for control in row.controls}
    return Asked(
        row.code, controls, row.replicates, row.combine, row.cv_max, row.difference_max, row.decides_release, bool(row.computed),
        row.result_type == "numeric", row.unit,
    )  # fmt: skip


def ever_in_force() -> dict[Key, MethodFile]:
    """Every method that is or was in force, as it is in force or was last."""
    found: dict[Key, MethodFile] = {}
    for text in reversed(list(_superseded_texts())):
        found |= _held(text)
    return found | {key_of(method): method for method in methods_in_force()}


def read_list(text: str) -> tuple[tuple[MethodFile, ...], tuple[str, ...]]:
    """The methods of a text, and every defect of the list."""
    try:
        methods = read_methods(text)
    except DataFileError as error:
        return (), (str(error),)
    return methods, tuple(list_defects(methods, ever_in_force()))


def version_list() -> QuerySet[MethodListVersion]:
    return MethodListVersion.objects.select_related("method_list").order_by("method_list__code", "-version")


def version_of(number: str) -> MethodListVersion:
    """From `ML-QC-V1`. Raises DoesNotExist or ValueError."""
    code, _, version = number.rpartition("-V")
    return MethodListVersion.objects.select_related("method_list").get(method_list__code=code, version=int(version))


def versions_of(version: MethodListVersion) -> list[MethodListVersion]:
    """Every version of the same list, newest first."""
    return list(version.method_list.versions.select_related("method_list").order_by("-version"))


def earlier_version(version: MethodListVersion) -> MethodListVersion | None:
    """The version before this one, whatever its status."""
    return version.method_list.versions.select_related("method_list").filter(version__lt=version.version).order_by("-version").first()


def changes_since(earlier: MethodListVersion | None, version: MethodListVersion) -> list[Difference]:
    """What changed between two versions, method by method; nothing without an earlier one."""
    return differences(methods_of(earlier), methods_of(version)) if earlier else []


def list_facts(version: MethodListVersion) -> dict[str, Any]:
    """What the rules of METHOD_LIST ask about."""
    effective = MethodListVersion.objects.filter(method_list=version.method_list, status="effective").first()
    return {
        "version": version.version, "effective_version": effective.version if effective else None,
        "change_record_missing": version.change_record_missing,
    }  # fmt: skip


def approval_blockers(version: MethodListVersion) -> list[Blocker]:
    """Everything that bars the approval: status, change record, defects found on reading again, methods that another list holds."""
    found = METHOD_LIST.blockers(APPROVE_METHODS, status=version.status, facts=list_facts(version))
    return found + [Blocker("method_list_defect", sentence) for sentence in defects_of(version)]


def defects_of(version: MethodListVersion) -> list[str]:
    """The defects of a draft or reviewed version as they stand now; nothing of one that was approved."""
    if version.status not in ("draft", "reviewed"):
        return []
    methods, defects = read_list(version.source_text)
    others = {other.number: methods_of(other) for other in _other_lists(version)}
    return [*defects, *held_elsewhere(methods, others)]


def _other_lists(version: MethodListVersion) -> QuerySet[MethodListVersion]:
    effective = MethodListVersion.objects.filter(status="effective").select_related("method_list")
    return effective.exclude(method_list=version.method_list).order_by("method_list__code")


def tests_left_without(version: MethodListVersion) -> list[tuple[SpecRow, str]]:
    """Tests of specifications in force that would have no fit method once this version is effective, each with why."""
    after = {key_of(method): method for other in _other_lists(version) for method in methods_of(other)}
    after |= {key_of(method): method for method in methods_of(version)}
    rows = SpecRow.objects.filter(version__status="effective", computed="").select_related("version__spec").order_by("version__spec__code", "position")
    found = []
    for row in rows:
        method = after.get((row.method_number, row.method_version))
        if method is None:
            found.append((row, "in no method list"))
        elif method.status == "retired" or (row.purpose == "release" and not method.fit_for_release):
            found.append((row, method.status_words))
        elif _reach(method, row):
            found.append((row, "its LOD is not shown any more"))
        elif less := list(floor_defects(method, _asked(row))):
            found.append((row, " ".join(less)))
    return found
