"""Plans of stories: plain functions that write down what people do to make and test a lot, from the shipped master data.

A plan is a list of acts as `evgmp.web.stories` performs them. Values that nobody told are believable ones inside their limits,
drawn with a fixed seed. Times are minutes since the plan's first day.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from batches.domain.master_file import MasterFile, read_master
from qc.domain.applicability import applies
from qc.domain.method_file import read_methods
from qc.domain.specification_file import RowFile, SpecificationFile, read_specification
from qc.domain.tracking_run import COMPUTED
from tests.journeys.readings import READINGS

ROOT = Path(__file__).resolve().parents[2]
MASTERS: dict[str, MasterFile] = {f.stem: read_master(f.read_text()) for f in sorted((ROOT / "batches/masterdata/masters").glob("*.toml"))}
# The masters that the demo plant makes its lots by. The others are shipped for a site to author.
IN_USE = ("mbr_bank", "mbr_cm", "mbr_der", "mbr_ev", "mbr_fill", "mbr_pas", "mbr_tff")
SPECIFICATIONS: dict[str, SpecificationFile] = {
    f.stem: read_specification(f.read_text()) for f in sorted((ROOT / "qc/masterdata/specifications").glob("*.toml"))
}
DAY = 1440
Part = Callable[[int], int]

SENDAI = {"reprogramming_method": ["sendai"], "vector_carries": ["SEV", "OCT4", "SOX2", "KLF4", "MYC"]}
EPISOMAL = {
    "reprogramming_method": ["episomal"],
    "vector_carries": ["EBNA1", "ORIP", "OCT4", "SOX2", "KLF4", "LMYC", "LIN28A", "SHP53"],
}

# The laboratory's instruments: nucleic acids on the first, everything else on the second.
INSTRUMENTS = {"EQ-PCR-01": "Thermal cycler and droplet reader", "EQ-LAB-01": "Plate reader and tracking analyser"}
METHODS = {f"{m.number} v{m.version}": m for m in read_methods((ROOT / "qc/masterdata/methods.toml").read_text())}

# Lots of the register that the methods name: the mark of the entry in a story, lot, source, assigned value with its unit.
STANDARDS = {
    "Mycoplasma reference": ("std_myco", "MR-26-01", "Sample Standards, certificate CS-311", "100", "CFU/mL"),
    "Standard endotoxin": ("std_endo", "SE-26-04", "Sample Standards, certificate CS-118", "10", "EU/mL"),
    "100 nm beads": ("std_beads", "PB-100-26", "Sample Optics, certificate CB-77", "101", "nm"),
    "Human genomic DNA standard": ("std_dna", "HG-26-02", "Sample Standards, certificate CS-290", "50", "ng/µL"),
    "EV reference standard": ("std_ev", "RS-26-01", "Prepared here from EV lot REF-01, record PR-014", "100", "%"),
}

# What people write into text fields.
TEXTS = {
    "medium_lot": "MED-2291", "buffer_lot": "BUF-0417", "cryoprotectant_lot": "CRY-0088",
    "vessel": "10-layer cell factory", "enzyme_lot": "ENZ-0310", "factor_lots": "GF-1021, GF-1022", "filter_lot": "F-65-2208",
    "medium": "Serum-free conditioning medium, lot CMM-0513", "bags": "BAG-1 to BAG-4", "maker": "Sample Membranes",
    "formulation": "Phosphate buffer with 5 % trehalose, pH 7.3", "container": "2 mL cyclo-olefin vial, stopper and cap",
    "vial_lot": "VIA-0733", "stopper_lot": "STO-0419", "specimen": "Specimen on sheet 4 of the paper folder",
}  # fmt: skip

# Which lot of an item, which unit of a class is scanned.
STOCK = {"MAT-0077": "{medium.number}", "room_grade_c": "ROOM-C2", "room_grade_b": "ROOM-B1"}

# Centres of believable results, where the middle of the limits would not be.
CENTRES = {
    "DS-GN-PH": "7.28", "DS-GN-OSMO": "301", "DS-CT-PART": "2.62E+10", "DS-ID-SIZEMODE": "118", "DS-ID-D10": "79", "DS-ID-D90": "214",
    "DS-ID-RANGE": "95.8", "DS-PU-PPR": "6.0E+8", "DS-PU-PROT": "43.6", "DS-PT-TCELL": "46.2", "DS-SF-ENDO": "0.082", "DS-PU-LYSIS": "91",
    "DS-GN-ZETA": "-24.6", "DS-RF-ENDO-KLF4": "38", "DS-RF-ENDO-MYC": "112", "EOP-GN-CPDL": "9.0", "EOP-GN-PDT": "31.8",
    "EOP-RF-ENDO-KLF4": "1.24", "EOP-RF-ENDO-MYC": "0.87", "EOP-GN-SENESC": "4.1",
}  # fmt: skip
EXACT = {"MCB-ID-STR": "100.0", "EOP-ID-STR": "100.0", "MCB-CT-VIALCELLS": "1200000", "EOP-GN-PASSAGE": "3", "MCB-SF-CNV": "1", "MCB-GN-PLATE": "5"}


def sci(number: float) -> str:
    return f"{number:.2E}".replace("E+0", "E+").replace("E-0", "E-")


def at(minute: int, first_day: int) -> str:
    """`D-41 09:00` of a minute since `first_day` days ago."""
    return f"D-{first_day - minute // DAY} {minute % DAY // 60:02d}:{minute % 60:02d}"


def morning(minute: int, hour: int = 8) -> int:
    return minute // DAY * DAY + hour * 60


def beside(value: str, step: Decimal) -> str:
    """A number `step` (a share) beside `value`, written with the same digits."""
    number = Decimal(value)
    moved = (number * (1 + step)).quantize(number)
    return sci(float(moved)) if "E" in value else f"{moved:f}"


@dataclass
class Plan:
    """Acts with the minute of each. `stamp` turns a minute into text, at the end, so that a plan can still be moved."""

    first_day: int
    seed: int = 2026
    acts: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    # Particles/mL of the EV lots made so far, by name.
    strength: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def near(self, number: float, spread: float = 0.06) -> float:
        return number * (1 + self.random.uniform(-spread, spread))

    def do(self, minute: int, command: str, by: str, **act: Any) -> None:
        """One act; empty parts are left out. Times in `data` are ("at", minute) or ("day", minute)."""
        self.acts.append((minute, {"command": command, "by": by, **{k: v for k, v in act.items() if v not in ("", None, {}, [])}}))

    def told(self) -> list[dict[str, Any]]:
        """The acts in order of time, as a story file holds them."""
        ordered = sorted(enumerate(self.acts), key=lambda item: (item[1][0], item[0]))
        found, free = [], 0
        for _, (minute, act) in ordered:
            # An act done many times may run into the next one, which then begins a little later.
            begin = max(minute, free)
            turns = act.get("turns") or len(act.get("each", [1]))
            free = begin + (turns - 1) * act.get("every", 1)
            kept = {key: value for key, value in act.items() if key != "turns"}
            found.append({**self._stamped(kept), "at": at(begin, self.first_day)})
        return found

    def _stamped(self, value: Any) -> Any:
        if isinstance(value, tuple):
            kind, minute = value
            return at(minute, self.first_day) if kind == "at" else at(minute, self.first_day).split(" ")[0]
        if isinstance(value, dict):
            return {k: self._stamped(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self._stamped(v) for v in value]
        return value

    # --- making ---

    def consume(self, name: str, parent: str, quantity: str, unit: str, by: str, witness: str) -> Part:
        def part(minute: int) -> int:
            data = {"parent": f"{{{parent}.lot.number}}", "quantity": quantity, "unit": unit}
            self.do(minute, "batches.consume_lot", by, on=f"{{{name}.lot.number}}", witness=witness, data=data)
            return minute + 8

        return part

    def batch(
        self, name: str, master: str, minute: int, *, issue: Mapping[str, Any] | None = None, values: Mapping[str, Any] | None = None,
        logs: Mapping[str, list[dict[str, Any]]] | None = None, before: list[Part] | None = None, by: str = "a.operator",
        witness: str = "b.operator", last_step: int = 0, leave_open: bool = False,
        between: Mapping[str, Callable[[int, str], int]] | None = None, version: int = 1, room: str = "",
    ) -> int:  # fmt: skip
        """Issue, consume, fill and sign every step up to `last_step`. `room`: where it is made, when not in the usual one. Returns the
        minute after."""
        file, values, logs, between = MASTERS[master], values or {}, logs or {}, between or {}
        self.do(minute, "batches.start_batch", "a.verifier", on=f"{file.code}-V{version}", data=dict(issue or {}), **{"as": name})
        minute += 10
        for part in before or []:
            minute = part(minute)
        for position, step in enumerate(file.steps, 1):
            on = f"{{{name}.lot.number}}-{position:02d}"
            asked = [p for p in step.parameters if p.kind != "calculated"]

            def value(parameter: Any, row: Mapping[str, Any], step: Any = step, now: int = 0) -> Any:
                key = f"{step.key}.{parameter.key}"
                if parameter.key in row or key in values:
                    return row.get(parameter.key, values.get(key))
                if parameter.kind == "choice":
                    return parameter.accepted[0]
                if parameter.kind == "instant":
                    return ("at", now)
                if parameter.kind == "text":
                    return TEXTS.get(parameter.key) or f"{parameter.key[:3].upper()}-{self.random.randint(1000, 9999)}"
                raise KeyError(f"{file.code}: no value for {key}")

            if step.kind == "hold_point":
                self.do(minute, "batches.decide_hold_point", "a.labhead", on=on, data={"decision": "go_on"},
                        reason="Markers and morphology are inside their limits, the files agree with them")  # fmt: skip
                minute += 25
                continue
            if step.kind == "timer":
                for instant in (p for p in asked if p.kind == "instant"):
                    self.do(minute, "batches.record_entry", by, on=on, data={instant.key: "now"})
                    minute += max(time.minimum_min or 1 for time in step.times)
                asked = [p for p in asked if p.kind != "instant"]
            for row in logs[step.key] if step.kind == "log" else [{}] if asked else []:
                given = [p for p in asked if p.required or p.key in row or f"{step.key}.{p.key}" in values]
                self.do(minute, "batches.record_entry", by, on=on, data={p.key: value(p, row, now=minute) for p in given})
                minute += row.get("_gap", 6)
            for part in step.equipment:
                self.do(minute, "batches.record_use", by, on=on, data={"code": room or STOCK[part.equipment_class]})
                minute += 2
            for need in step.materials:
                quantity = str(values.get(f"{step.key}.{need.key}", "100"))
                self.do(minute, "batches.record_use", by, on=on, data={"code": STOCK[need.item], "quantity": quantity})
                minute += 2
            for sample in step.samples:
                drawn = {"need": sample.key, "quantity": str(sample.quantity), "container": "Vials as filled", "storage": "Below -70 °C"}
                self.do(minute, "batches.take_sample", by, on=on, data=drawn)
                minute += 2
            if step.key in between:
                minute = between[step.key](minute, on)
            if position == last_step and leave_open:
                return minute
            self.do(minute, "batches.sign_step", by, on=on, witness=witness if step.witness else "")
            minute += 25
            if position == last_step:
                break
        return minute

    def finish(self, name: str, minute: int, *, release: bool = True, by: str = "a.operator") -> int:
        """Complete the batch, production review, and (intermediates) QA's release for further processing."""
        self.do(minute, "batches.complete_batch", by, on=f"BR-{{{name}.lot.number}}")
        self.do(minute + 30, "batches.review_batch", "b.verifier", on=f"BR-{{{name}.lot.number}}")
        if release:
            self.do(minute + 55, "batches.release_for_processing", "a.reviewer", on=f"{{{name}.lot.number}}")
        return minute + 65

    # --- testing ---

    def number(self, row: RowFile) -> str:
        """A believable number that conforms to the row."""
        if row.code in EXACT:
            return EXACT[row.code]
        decimals = row.decimals or 0
        if centre := CENTRES.get(row.code):
            if "E" in centre:
                return sci(self.near(float(centre), 0.08))
            return f"{self.near(float(centre), 0.02):.{len(centre.partition('.')[2])}f}"
        low = float(row.lower) if row.lower is not None else None
        high = float(row.upper) if row.upper is not None else None
        if low is not None and high is not None:
            found = low + (high - low) * self.random.uniform(0.4, 0.6)
        elif low is not None:
            found = low * self.random.uniform(1.04, 1.08)
            found = min(found, 99.4) if "%" in row.unit and low <= 99 else found * 1.1
        elif high is not None:
            found = high * self.random.uniform(0.15, 0.45)
        else:
            found = self.random.uniform(5, 40)
        return sci(found) if found >= 1e6 else f"{found:.{decimals}f}"

    def result(self, row: RowFile, sample: str, run: str, minute: int, told: Mapping[str, Any] | None) -> dict[str, Any]:
        """Data of one result: as told, or conforming."""
        data: dict[str, Any] = {"row": row.code, "sample": f"{{{sample}}}", "tested_on": ("day", minute)}
        if row.controls:
            data["run"] = f"{{{run}}}"
        limit = row.detection.lod_max if row.detection is not None else None
        lod: Decimal | None = limit / 2 if limit is not None else row.validated_method.lod if row.validated_method is not None else None
        if told is not None:
            data.update(told)
        elif METHODS[f"{row.method_number} v{row.method_version}"].potency is not None:
            data.pop("run")
            return data
        elif row.result_type == "presence_absence" and row.expected == "absent" and "no growth" not in row.accepted:
            data.update(kind="not_detected", **({"wells_positive": "0"} if row.repeat else {}))
        elif row.accepted:
            data.update(kind="term", term=row.accepted[0])
        else:
            data.update(kind="number", value=self.number(row))
        self.determined(row, data)
        if METHODS[f"{row.method_number} v{row.method_version}"].calculation == "particles.lysed" and "value" in data:
            lost = Decimal(data.pop("value"))
            data |= {"input_untreated": "1.00E+10", "input_treated": f"{100 - lost}E+8"}
        if lod is not None and (data["kind"] == "not_detected" or limit is not None):
            data["lod"] = f"{lod.normalize():f}"
        return data

    @staticmethod
    def determined(row: RowFile, data: dict[str, Any]) -> None:
        """A value of a test that asks for several determinations, as those: the value itself, one a little below, one above."""
        if not row.combine or row.result_type != "numeric" or "value" not in data:
            return
        value, count = data.pop("value"), row.replicates or 1
        for number in range(1, count + 1):
            step = Decimal("0.01") * (number - Decimal(count + 1) / 2) * (0 if row.code in EXACT else 1)
            data[f"replicate_{number}"] = beside(value, step)

    def testing(
        self, name: str, specification: str, attributes: Mapping[str, Any], *, drawn: int, start: int, results: int, quantity: str, unit: str,
        told: Mapping[str, Mapping[str, Any]] | None = None, without: frozenset[str] = frozenset(), reviewed: int | None = None,
        vials: str = "",
    ) -> int:  # fmt: skip
        """Draw and receive a sample, run every method, record every applicable row, review the first `reviewed` (all by default;
        otherwise what two read waits for its second reader too)."""
        sample, records = f"smp_{name}", f"res_{name}"
        data = {"purpose": "Release testing", "quantity": quantity, "unit": unit, "container": "Cryovials", "storage": "Below -70 °C"}
        if vials:
            data["vials"] = vials
        self.do(drawn, "batches.draw_sample", "a.operator", on=f"{{{name}.lot.number}}", data=data, **{"as": sample})
        self.do(drawn + 60, "qc.receive_sample", "a.analyst", on=f"{{{sample}}}", data={"condition": "Frozen, seal intact, label matches"})
        rows = [r for r in SPECIFICATIONS[specification].rows if not r.computed and applies(r.applies_when, attributes) and r.code not in without]
        runs: dict[str, str] = {}
        minute = start
        for row in rows:
            method = f"{row.method_number} v{row.method_version}"
            if not row.controls or method in runs:
                continue
            runs[method] = f"run_{name}_{len(runs) + 1}"
            outcomes = run_of(method, minute)
            wells = f"run;well;reading\n{runs[method]};A1;0.118\n{runs[method]};A2;0.121\n"
            export = {"raw_file": {"name": f"{runs[method]}.csv", "text": wells}} if len(runs) == 1 else {}
            self.do(minute, "qc.record_run", "a.analyst", data=outcomes, files=export, **{"as": runs[method]})
            for turn in range((row.replicates or 1) if row.combine else 1) if METHODS[method].potency is not None else ():
                run = runs[method] if not turn else f"{runs[method]}_{turn + 1}"
                if turn:
                    minute += 15
                    self.do(minute, "qc.record_run", "a.analyst", data=run_of(method, minute), **{"as": run})
                self.do(minute + 5, "qc.record_potency", "a.analyst", on=f"{{{run}}}", data={"sample": f"{{{sample}}}", "readings": READINGS},
                        **{"as": f"pot_{name}" if not turn else f"pot_{name}_{turn + 1}"})  # fmt: skip
            minute += 15
            if minute % DAY > 17 * 60:
                minute = morning(minute + DAY)
        minute = max(minute + 60, results)
        by_two = [r for r in rows if r.second_reading]
        rows = [r for r in rows if not r.second_reading]
        each = [self.result(r, sample, runs.get(f"{r.method_number} v{r.method_version}", ""), minute, (told or {}).get(r.code)) for r in rows]
        count = len(each) if reviewed is None else reviewed
        on = f"{{{name}.lot.number}}"
        self.do(minute, "qc.record_result", "a.analyst", on=on, each=each[:count], every=2, **{"as": records})
        self.do(minute + 2 * count + 5, "qc.record_result", "a.analyst", on=on, each=each[count:], every=2) if each[count:] else None
        review = morning(minute + 2 * len(each) + DAY, 9)
        for turn, row in enumerate(by_two, start=1):
            seen = f"seen_{name}_{turn}"
            data = self.result(row, sample, "", minute, (told or {}).get(row.code))
            self.do(minute + 2 * len(each) + 8, "qc.record_result", "a.analyst", on=on, data=data, **{"as": seen})
            if reviewed is None:
                self.do(review - 5, "qc.read_result", "b.analyst", on=f"{{{seen}}}", data={"term": data["term"]})
                self.do(review - 2, "qc.review_result", "b.analyst", on=f"{{{seen}}}")
        self.do(review, "qc.review_result", "b.analyst", on=f"{{{records}}}", every=2, turns=count)
        return review + 2 * count


def run_of(method: str, minute: int) -> dict[str, Any]:
    """Data of a run in which everything went as the method says."""
    named = METHODS[method]
    lines = [f"{name}; 26K118; 2099-03-31" for name in named.reagents] + [f"{{{STANDARDS[name][0]}.number}}" for name in named.standards]
    code = "EQ-PCR-01" if "PCR" in named.name or "NAT" in named.name else "EQ-LAB-01"
    run: dict[str, Any] = {"method": method, "instrument": code, "performed_at": ("at", minute - 20), "sample_measure": "100 µL"}
    if lines:
        run["reagents"] = "\n".join(lines)
    if named.tracking is not None:
        run |= {"blank": "1.1E+6", "dilutions": "500; 5.24E+7\n1000; 2.71E+7"}
    for kind in controls_of(method):
        if named.tracking is None or kind not in COMPUTED:
            run |= {f"outcome_{kind}": "pass", f"observed_{kind}": "Inside its criterion"}
    return run


def controls_of(method: str) -> list[str]:
    """Every control that any shipped row of the method asks for."""
    found: dict[str, None] = {}
    for specification in SPECIFICATIONS.values():
        for row in specification.rows:
            if f"{row.method_number} v{row.method_version}" == method:
                found |= {c.kind: None for c in row.controls}
    return list(found)
