"""Judge any results against any specification, both from files: no database, no account, nothing recorded."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from batches.domain.data_file import DataFileError
from evgmp.rules.limits import Verdict
from evgmp.rules.reading import display_number
from evgmp.rules.verdict import REPORTED_NO_LIMIT
from qc.domain.judging import JudgedRow, LotResults, judge_lot, outcome, read_results
from qc.domain.method_file import read_methods
from qc.domain.method_floor import method_defects
from qc.domain.method_format import METHOD
from qc.domain.specification_file import SpecificationFile, defects, read_specification
from qc.domain.specification_format import as_text, described

WORDS = {Verdict.CONFORMS: "conforms", Verdict.DOES_NOT_CONFORM: "does not conform", Verdict.NO_VERDICT: "no verdict"}


class Command(BaseCommand):
    help = "Judge the lots of a results file (TOML) against a specification file (TOML). Exit code 0 when every lot conforms, else 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = (
            f"Fields of a specification, all text in quotes unless said otherwise; --defects names what is absent for use.\n\n{described()}\n\n"
            f"Fields of a list of methods (--methods); what it fixes for its tests is the least that the rows ask for.\n\n{as_text([('[[method]]', METHOD)])}"
        )
        parser.add_argument("specification", type=Path)
        parser.add_argument("results", type=Path)
        parser.add_argument("--json", action="store_true", help="as data, one object a lot")
        parser.add_argument("--methods", type=Path, help="list of methods (TOML) that the specification must keep to; a row that does not is a defect")
        parser.add_argument("--defects", action="store_true", help="list why the specification could not be approved for use")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            specification = read_specification(_text(options["specification"]))
            methods = read_methods(_text(options["methods"])) if options["methods"] else None
            lots = read_results(_text(options["results"]))
            judged = [(lot, judge_lot(specification, lot)) for lot in lots]
        except (DataFileError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps([_as_data(specification, lot, rows) for lot, rows in judged], ensure_ascii=False, indent=1))
        else:
            named = {(row.method_number, row.method_version) for row in specification.rows}
            by_method = [] if methods is None else method_defects([one for one in methods if (one.number, one.version) in named], [specification])
            found = defects(specification) + by_method
            self._print(specification, judged, found, list_defects=options["defects"])
        if any(outcome(rows) is not Verdict.CONFORMS for _, rows in judged):
            sys.exit(1)

    def _print(
        self, specification: SpecificationFile, judged: list[tuple[LotResults, list[JudgedRow]]], found: list[str], *, list_defects: bool
    ) -> None:
        self.stdout.write(f"{specification.code} {specification.title}".strip())
        if found:
            self.stdout.write(f"As it stands it could not be approved for use: {len(found)} defects{'' if list_defects else ', listed by --defects'}.")
            if list_defects:
                self.stdout.write("\n".join(f"  {sentence}" for sentence in found))
        for lot, rows in judged:
            self.stdout.write(f"\nLot {lot.number}: {WORDS[outcome(rows)]}{_because(rows)}")
            for one in rows:
                self.stdout.write(f"  {one.row.code:<18} {_word(one):<17} {one.row.name}: {(one.found or 'no result').rstrip('.')}. {one.why}")


def _because(rows: list[JudgedRow]) -> str:
    """The rows that keep the lot from conforming, those that failed first."""
    failed = [one.row.code for one in rows if one.verdict is Verdict.DOES_NOT_CONFORM and one.of_release]
    open_ = [one.row.code for one in rows if one.verdict is Verdict.NO_VERDICT and one.decides]
    parts = ([f"out of limit: {', '.join(failed)}"] if failed else []) + ([f"without a verdict: {', '.join(open_)}"] if open_ else [])
    if not parts and outcome(rows) is Verdict.NO_VERDICT:
        parts = ["no row decides: give at least one the purpose “release”"]
    return f" ({'; '.join(parts)})" if parts else ""


def _word(row: JudgedRow) -> str:
    if row.verdict is None:
        return "not applicable"
    return "reported" if row.why == REPORTED_NO_LIMIT else WORDS[row.verdict]


def _as_data(specification: SpecificationFile, lot: LotResults, rows: list[JudgedRow]) -> dict[str, Any]:
    return {
        "specification": specification.code,
        "lot": lot.number,
        "outcome": str(outcome(rows)),
        "rows": [
            {
                "row": one.row.code, "name": one.row.name, "found": one.found, "verdict": str(one.verdict) if one.verdict else "not_applicable",
                "why": one.why, "rounded": None if one.rounded is None else display_number(one.rounded), "decides_release": one.decides,
            }
            for one in rows
        ],
    }  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.", returncode=2) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8.", returncode=2) from error
