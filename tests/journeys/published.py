"""One journey on published numbers: passages from the counts of Colter 2000, as far as a certificate.

Counts: Colter DC, Class R, DiGirolamo CM, Prockop DJ. PNAS 2000;97(7):3213-3218, Table 2, culture 58R: 530 cells plated on
176 cm2, 14 days a passage, harvests of 8.0E+4, 1.1E+6 and 2.3E+5. The paper plates 3 cells/cm2, far below what the shipped master
expects, so the journey authors a version of the passage master for low-density plating.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from batches.domain.commands import AUTHOR_MASTER
from batches.services import masters
from evgmp.compliance import clock
from evgmp.web.stories import instant_of, told
from tests.builders import PASSWORD, act, cast
from tests.journeys import lots
from tests.journeys.plan import DAY, IN_USE, ROOT, SENDAI, Plan, morning
from tests.journeys.write_stories import SPECIFICATION_CODES, release

FIRST_DAY = 300
PLATED, AREA_CM2, HOURS = 530, 176, "336.0"
HARVESTS = {"p1": 80_000, "p2": 1_100_000, "p3": 230_000}


class Journey:
    """The plant of the journey; `do` performs the acts planned since the last call."""

    def __init__(self) -> None:
        self.today = datetime.now(UTC)
        self.names: dict[str, Any] = {}
        self.plan = Plan(first_day=FIRST_DAY)
        with clock.held_at(instant_of(f"D-{FIRST_DAY + 5} 08:00", self.today)):
            cast()

    def do(self) -> None:
        for _ in told(self.plan.told(), password=PASSWORD, names=self.names, today=self.today):
            pass
        self.plan.acts.clear()

    def prepare(self) -> int:
        """Masters, specifications, donor, line and a released bank. Returns the minute after."""
        lots.materials_and_room(self.plan, 6 * 60)
        lots.masters_and_specifications(self.plan, 8 * 60, [m for m in IN_USE if m != "mbr_pas"], {})
        self.do()
        with clock.held_at(instant_of(f"D-{FIRST_DAY} 17:00", self.today)):
            version = masters.author_master(
                act(AUTHOR_MASTER, "m.author", reason="Low-density plating as in the published cultures"),
                text=low_density_master(),
                impact="Plating only; the seed counts are typed as before",
                affected_batches="None in process",
                training_needed="None",
            )
        key = version.number
        self.plan.do(DAY + 480, "batches.review_master", "b.verifier", on=key)
        self.plan.do(DAY + 540, "batches.approve_master", "a.reviewer", on=key)
        lots.eligible_donor_and_line(self.plan, 2 * DAY + 540)
        lots.masters_and_specifications(self.plan, 3 * DAY + 480, [], SPECIFICATION_CODES)
        lots.bank(self.plan, "mcb", 5 * DAY + 480, "IMEV-L01", 60)
        lots.store(self.plan, "mcb", 6 * DAY + 540, "EQ-LN2-01", "1", "01")
        after = self.plan.testing("mcb", "spec_ipsc_mcb", SENDAI, drawn=7 * DAY + 540, start=9 * DAY + 540, results=15 * DAY + 540,
                                  quantity="5", unit="vials", vials="V001 V002 V003 V004 V005")  # fmt: skip
        self.plan.do(morning(after + DAY, 9), "qc.release_bank", "a.reviewer", on="{mcb.lot.number}")
        self.do()
        return after + 3 * DAY

    def culture(self, minute: int) -> int:
        """Derivation and the three published passages; the second one produces."""
        minute = lots.derivation(self.plan, "der", morning(minute), "{mcb.lot.number}-V006")
        parent = "der"
        for name, harvested in HARVESTS.items():
            if name == "p3":
                self.third_at = morning(minute + DAY)
            minute = lots.passage(
                self.plan, name, parent, morning(minute + DAY), seeded=PLATED, area=AREA_CM2, counts=[(harvested, harvested)], hours=HOURS,
                culture_days=14, release=name != "p3",
                between={"doublings": self.acknowledged} if name == "p3" else None,
            )  # fmt: skip
            parent = name
        self.plan.testing("p2", "spec_imsc_eop", SENDAI, drawn=self.third_at - 60, start=minute, results=minute + DAY, quantity="100000", unit="cells")
        minute = lots.media_pair(self.plan, ("cm1", "cm2"), "p2", morning(minute + 3 * DAY), cells="450000", particles=("2.05E+9", "1.96E+9"), clean=True)
        after, particles = lots.run(self.plan, "tff", ["cm1", "cm2"], morning(minute + DAY))
        minute = self.plan.finish("tff", after, by="b.operator")
        minute = lots.ev_lot(self.plan, "ev", "tff", morning(minute + DAY), particles=particles, vials=140)
        self.do()
        return minute

    def acknowledged(self, minute: int, on: str) -> int:
        """The third culture has passed the limit of its doublings: the operator takes notice before the step is signed."""
        self.plan.do(minute, "batches.acknowledge_alarm", "a.operator", on="{p3.lot.exceptions.first}",
                     reason="Counts read twice; the doubling level is beyond the limit, QA is told")  # fmt: skip
        return minute + 3

    def test_lot(self, minute: int, results: Mapping[str, Mapping[str, Any]] | None = None) -> int:
        after = self.plan.testing("ev", "spec_ev_ds", SENDAI, drawn=minute + 20, start=morning(minute + 2 * DAY, 9),
                                  results=morning(minute + 9 * DAY, 9), quantity="20", unit="vials", told=results)  # fmt: skip
        self.do()
        return after

    def release(self, minute: int) -> None:
        release(self.plan, "ev", morning(minute + 2 * DAY, 9))
        self.do()


def low_density_master() -> str:
    """The shipped passage master with limits for 3 cells/cm2: a version of the journey's own."""
    text = (ROOT / "batches/masterdata/masters/mbr_pas.toml").read_text()
    for key, changes in {
        "viable_seeded": [('plausible_low = "1.0E+3"', 'plausible_low = "1.0E+2"')],
        "passage_interval": [("alert_min = 8640\n", ""), ("maximum_min = 10080", "maximum_min = 21600")],
        "density": [('plausible_low = "100"', 'plausible_low = "1"'), ('action_low = "2000"', 'action_low = "1"')],
    }.items():
        begin = text.index(f'key = "{key}"')
        end = text.index("[[step", begin)
        part = text[begin:end]
        for old, new in changes:
            assert old in part, f"{key}: the shipped master no longer says {old}"
            part = part.replace(old, new)
        part = "\n".join(line for line in part.splitlines() if not line.startswith(("alert_low", "alert_high"))) + "\n\n"
        text = text[:begin] + part + text[end:]
    return text

