"""Sample data for templates/web/components.html: one lot with all that can be said about it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator

from evgmp.rules.blocker import Blocker
from evgmp.web.components import Correction, SignatureLine
from evgmp.web.genealogy import Edge, Genealogy, Node
from evgmp.web.meter import Meter
from evgmp.web.state_words import LOT_LABELS, STATE_WORDS

MOMENT = datetime(2026, 11, 23, 13, 5, 31, tzinfo=UTC)


class Lot:
    number = "EV-2026-007"

    def get_absolute_url(self) -> str:
        return "/ev-lots/EV-2026-007/"


class SampleForm(forms.Form):
    volume = forms.CharField(label="Retentate volume", help_text="In mL, as the balance shows it.")
    remark = forms.CharField(label="Remark", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    outcome = forms.ChoiceField(label="Outcome", choices=[("a", "Accept, no impact"), ("b", "Reject the lot")], widget=forms.RadioSelect)
    raw = forms.FileField(label="Raw file", required=False)
    seen = forms.BooleanField(label="I read the whole record")


class FilterForm(forms.Form):
    state = forms.ChoiceField(label="Status", choices=[("", "All"), ("quarantine", "Quarantine")], required=False)
    who = forms.CharField(label="Person", required=False)


def graph() -> Genealogy:
    passages = [Node(f"p{n}", 1, f"IMSC-04-P{n}", f"seeded 2026-09-{7 * n:02}", "reviewed", url="#k-gen") for n in range(1, 4)]
    nodes = [
        Node("b", 0, "IPSC-MCB-001", "103 of 120 vials left", "released", url="#k-gen"),
        *passages,
        Node("m1", 2, "CM-2026-021", "6.10 L, viability 95 %", "released", url="#k-gen"),
        Node("m2", 2, "CM-2026-022", "5.90 L, viability 93 %", "released"),
        Node("m3", 2, "CM-2026-023", "5.80 L, viability 84 %", "rejected", "Rejected, not used", stops="stops here"),
        Node("t", 3, "TFF-2026-018", "12.00 L in, 118 mL out", "open", "3 open exceptions"),
        Node("e", 4, "EV-2026-007", "112 vials", "quarantine", current=True),
    ]
    pairs = [("p1", "p2"), ("p2", "p3"), ("p3", "m1"), ("p3", "m2"), ("p3", "m3"), ("m1", "t"), ("m2", "t"), ("t", "e")]
    edges = [Edge("b", "p1", "vial 014"), *(Edge(a, b) for a, b in pairs)]
    return Genealogy("EV-2026-007", ["iPSC bank", "iMSC passages", "Media lots", "TFF run", "EV lot"], nodes, edges)


def meters() -> list[Meter]:
    def d(text: str) -> Decimal | None:
        return Decimal(text) if text else None

    rows = [
        ("2.04", "1.8", "2.4", "", "", "L/min", "Cross-flow"),
        ("0.93", "", "1.0", "", "0.9", "bar", "Feed pressure"),
        ("0.43", "0.20", "0.40", "0.22", "0.38", "bar", "TMP"),
        ("61", "70", "130", "", "", "%", "Potency"),
        ("1.42", "1.20", "", "", "", "fold", "Migration"),
    ]
    return [Meter(d(v), d(lo), d(up), d(al), d(ah), unit, name) for v, lo, up, al, ah, unit, name in rows]


def box() -> dict[str, Any]:
    states = ["qc"] * 3 + ["used"] * 7 + ["reserved"] + ["free"] * 8 + ["destroyed"]
    shown = {"qc": "Q", "destroyed": "×"}
    said = {"qc": "used for QC", "used": "thawed", "reserved": "reserved", "free": "in stock", "destroyed": "destroyed"}
    places = [{"text": shown.get(s, str(n)), "state": s, "label": f"Vial {n}, {said[s]}", "url": "#k-box"} for n, s in enumerate(states, 1)]
    return {
        "title": "Box 12",
        "place": "Tank EQ-LN2-01, rack 3",
        "columns": range(1, 11),
        "rows": [{"head": "A", "places": places[:10]}, {"head": "B", "places": places[10:]}],
        "keys": [{"state": s, "text": t} for s, t in said.items()],
    }


def act() -> dict[str, Any]:
    """Sign-off, exceptions and what stops the lot."""
    signed = SignatureLine("I performed this step", "A. Operator", "Operator", "a.operator", MOMENT)
    fallen = SignatureLine(
        "I performed this step", "A. Operator", "Operator", "a.operator", MOMENT, withdrawn=True, withdrawn_why="a signed value changed"
    )
    return {
        "signed": signed,
        "fallen": fallen,
        "title": "Three things stop the release of EV-2026-007",
        "note": "Earliest possible certification 2026-11-25, when the potency retest is due.",
        "stops": [
            {"what": "Potency is out of specification", "evidence": "61 %, limit 70–130 %.", "waits": "A. Labhead"},
            {"what": "A deviation has no decision", "evidence": "Held 8 h 24 min.", "waits": "you", "url": "#k-exc", "link": "Decide"},
            {"what": "One result has not arrived", "evidence": "Due 2026-11-24.", "waits": "contract laboratory"},
        ],
        "exceptions": [
            {"title": "Hold time exceeded by 24 min", "records": [Lot()], "meta": "step 7", "state": "blocks_release",
             "owner": "You", "since": date(2026, 11, 19), "blocks": True},
            {"title": "Integrity test entered 38 min late", "records": [Lot()], "state": "late_entry",
             "url": "#k-exc", "link": "Acknowledge"},
        ],
        "rungs": [
            {"title": "Production review", "state": "done", "sig": signed},
            {"title": "QC approval", "state": "stop", "barred": ["Cannot be signed: 1 OOS."]},
            {"title": "QA review, you", "state": "now", "note": "Opens when 4 exceptions are closed."},
            {"title": "Qualified Person certifies", "state": "locked", "note": "Opens after signatures 1 to 3."},
        ],
        "actions": [
            {"label": "Print record", "url": "#k-btn", "barred": [], "icon": "printer"},
            {"label": "Reject the lot", "url": "#k-btn", "barred": [], "stop": True, "icon": "slash-circle"},
            {"label": "Certify", "url": "#k-btn", "primary": True,
             "barred": ["3 things stop it: one OOS, one deviation, one missing result."]},
        ],
    }  # fmt: skip


def context() -> dict[str, Any]:
    form = SampleForm({"volume": "1,234"})
    form.add_error("volume", "“1,234” can be read in two ways. Write 1234 or 1.234.")
    steps = [{"number": n, "state": "done" if n < 8 else "now" if n == 8 else "todo", "flag": n == 3} for n in range(1, 15)]
    nav = [("Work", False, 4), *((name, True, 0) for name in ("Banks", "Passages", "Media lots", "TFF runs", "EV lots"))]
    nav += [(name, False, 0) for name in ("Results", "Review", "Specifications", "Masters", "Audit trail", "People")]
    return {
        "plant": {"name": "Demo plant", "is_demo": True},
        "person": {"printed_name": "A. Reviewer", "role_titles": "QA reviewer"},
        "navigation": [{"label": n, "url": "/", "active": n == "EV lots", "count": c, "chain": chain} for n, chain, c in nav],
        "server_time": MOMENT,
        "version": "0.1.0",
        "idle_minutes": 15,
        "record_id": "EV-2026-007",
        "kind": "EV lot · concentrate 2 × 10¹¹ particles/mL",
        "label": "quarantine",
        "badges": [{"state": "hold", "word": "On hold, OOS-2026-004", "url": "#k-badge"}],
        "lineage": [(name, "/") for name in ("IPSC-MCB-001", "IMSC-04-P5", "CM-2026-021", "TFF-2026-018", "EV-2026-007")],
        "facts": [
            ("Filled", "2026-10-22 19:48 UTC+2"), ("Vials", "92 of 112 in stock"), ("Storage", "−80 °C, EQ-FRZ-04"), ("Expiry", None),
        ],
        "tabs": [{"label": n, "url": "/", "active": n == "Overview"} for n in ("Overview", "Genealogy", "QC results", "Audit trail")],
        "dispositions": list(LOT_LABELS),
        "states": list(STATE_WORDS),
        "meters": meters(),
        "values": [
            ("Particles", Decimal("2.14E+11"), "per mL"), ("Storage", "-80", "°C"), ("Endotoxin", "< 0.050", "EU/mL"),
            ("TMP", Decimal("0.430"), "bar"),
        ],
        "moment": MOMENT,
        "day": date(2026, 11, 23),
        "lot": Lot(),
        "corrections": [
            Correction("0.87", "0.78", "bar", "Digits swapped when read from the display.", "A. Operator", MOMENT, "c1"),
            Correction("15:00", "14:22", "", "Late entry. Time taken from the printout.", "B. Operator", MOMENT),
        ],
        "segments": [{"label": "Open 4", "url": "#k-exc", "active": True}, {"label": "All 7", "url": "#k-exc"}],
        "faults": [("id_volume", "“1,234” can be read in two ways. Write 1234 or 1.234.")],
        "sample_form": form,
        "notices": [
            {"tone": "stop", "title": "The media pool passes its hold time in 20 min.", "text": "Clarify it or open a deviation."},
            {"tone": "caution", "title": "EQ-PCR-02 is due for calibration in 5 days.", "text": ""},
            {"tone": "ok", "title": "Every value is in limit.", "text": ""},
            {"tone": "", "title": "", "text": "The page is as of 14:05 UTC+1."},
        ],
        "sample_blocker": Blocker("not_reviewed", "A second analyst has not reviewed this result yet.", "volume"),
        "steps": steps,
        "parts": [
            {"name": "Batch record steps signed", "done": 61, "total": 61},
            {"name": "QC results reviewed", "done": 22, "total": 26, "url": "#k-compl"},
            {"name": "Exceptions closed", "done": 3, "total": 7, "blocked": 2},
        ],
        "summary": [("Result", "< 0.050 EU/mL", "#k-sum"), ("Instrument", "EQ-MPR-01", "#k-sum"), ("Raw file", "endotoxin_1123.csv")],
        "caption": "Potency results",
        "columns": ["Test", {"name": "Result", "num": True}, "Limit", "Outcome"],
        "groups": [{"title": "Potency", "rows": [
            {"cells": ["TNF-α suppression", "61 %", "70–130 %", "OOS"], "state": "stop"},
            ["Fibroblast migration", "1.42 fold", "≥ 1.20 fold", "Pass"],
        ]}],
        "box": box(),
        "filter_form": FilterForm(),
        "chips": [{"label": "Changed after signing 3", "url": "#k-filter", "active": True}],
        "page_obj": Paginator(range(120), 50).page(2),
        "graph": graph(),
        **act(),
    }  # fmt: skip
