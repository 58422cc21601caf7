"""Scenes of imports: an approved mapping, a run, a file handed in."""

from typing import Any

from batches.models import Lot, Sample
from qc.domain import commands as c
from qc.models import AssayRun, FileImport, MappingVersion
from qc.selectors.imports import shipped_mapping_text
from qc.services import imports, mappings
from qc.services.files import RawFile
from tests.builders import act, cast
from tests.qc.builders_lab import chain, effective, line, received, row_of, run_of


def laboratory() -> None:
    """What every scene of imports begins with."""
    cast()
    effective()
    ev = chain(line())[0]
    received(ev)
    run_of(row_of(ev, "DS-SF-ENDO"))
    approved()


def scene_of_imports() -> dict[str, Any]:
    """The lot, its sample, its run and the mapping that `laboratory` left."""
    return {"lot": Lot.objects.get(stage="ev_lot"), "sample": Sample.objects.get(), "run": AssayRun.objects.get(), "mapping": MappingVersion.objects.get()}


def author(text: str) -> MappingVersion:
    return mappings.author_mapping(act(c.AUTHOR_MAPPING, "m.author"), text=text)


def approved(name: str = "endotoxin_csv", *, text: str = "") -> MappingVersion:
    """A mapping, authored and approved."""
    return mappings.approve_mapping(act(c.APPROVE_MAPPING, "a.reviewer"), author(text or shipped_mapping_text(name)).number)


def handed_in(
    run: AssayRun | Lot, version: MappingVersion, data: bytes | str, *, by: str = "a.analyst", sample: str = "", name: str = "export.csv", measured: int = 1
) -> FileImport:
    raw = RawFile(name, "text/csv", data.encode() if isinstance(data, str) else data)
    return imports.hand_in_file(act(c.HAND_IN_FILE, by), run.number, mapping=version.number, raw_file=raw, sample=sample, measured=measured)


def imported(of: FileImport, by: str = "a.analyst") -> FileImport:
    return imports.import_results(act(c.IMPORT_RESULTS, by), of.number)


def discarded(of: FileImport, by: str = "a.analyst") -> FileImport:
    return imports.discard_file(act(c.DISCARD_FILE, by), of.number)


def endotoxin(*lines: str) -> str:
    """An endotoxin export with these lines of samples."""
    return "Sample,Spike recovery,Result,Unit,Remark\n" + "".join(f"{line}\n" for line in lines)


def line_of(scene: dict[str, Any], line: str = "Pass,0.120,EU/mL,") -> str:
    """An endotoxin export with a control and this line of the scene's sample, for both of its determinations."""
    return endotoxin("Negative control,,<0.005,EU/mL,", *[f"{scene['sample'].number},{line}"] * 2)


def of_scene(scene: dict[str, Any], data: bytes | str, **more: Any) -> FileImport:
    """The data handed in for the scene's run under its mapping."""
    return handed_in(scene["run"], scene["mapping"], data, **more)
