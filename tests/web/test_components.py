"""The template tags: what they say, on screen and on paper, and that nothing given to them becomes markup."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import Reading, ResultKind, parse_number
from evgmp.web import components
from evgmp.web.components import Correction, SignatureLine, bar_svg, icon_symbols, number_text, value_text
from evgmp.web.field_words import field_words
from evgmp.web.state_words import LOT_LABELS, STATE_WORDS, lot_label_of, state_word
from tests.web.gallery import Lot
from tests.web.rendering import paper, screen

WINTER = datetime(2026, 11, 23, 13, 5, 31, tzinfo=UTC)
SUMMER = datetime(2026, 10, 22, 15, 52, tzinfo=UTC)
EVIL = '<script>alert("x")</script>'


def test_a_time_is_shown_in_the_zone_of_the_plant_with_its_offset():
    assert screen("{% when at %}", at=WINTER) == (
        '<time class="ev-time" datetime="2026-11-23T14:05:31+01:00">2026-11-23 14:05 UTC+1</time>'
    )
    assert "2026-10-22 17:52 UTC+2" in screen("{% when at %}", at=SUMMER)
    assert "14:05:31 UTC+1" in screen("{% when at seconds=True %}", at=WINTER)


@pytest.mark.parametrize(
    ("zone", "offset"), [("UTC", "UTC+0"), ("Asia/Kolkata", "UTC+5:30"), ("America/New_York", "UTC−5"), ("America/St_Johns", "UTC−3:30")]
)
def test_every_zone_has_its_offset(settings, zone, offset):
    settings.EVGMP_TIME_ZONE = zone
    assert f" {offset}<" in screen("{% when at %}", at=WINTER)


def test_a_day_has_no_hour_and_an_absent_time_is_a_dash_or_not_applicable():
    assert ">2026-11-23<" in screen("{% when at %}", at=date(2026, 11, 23))
    assert screen("{% when at %}", at=None) == "–"
    assert paper("{% when at %}", at=None) == "N/A"


@pytest.mark.req("AUD-02", negative=True)
def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="must carry its offset"):
        screen("{% when at %}", at=datetime(2026, 11, 23, 14, 5))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("2.14E+11"), "2.14 × 10¹¹"),
        (Decimal("2.10E+11"), "2.10 × 10¹¹"),
        (Decimal("0.000012"), "1.2 × 10⁻⁵"),
        (Decimal("1.20"), "1.20"),
        (Decimal("-80"), "−80"),
        (Decimal("0.00"), "0.00"),
        (12, "12"),
        ("< 0.050", "< 0.050"),
        ("2.8E+10", "2.8 × 10¹⁰"),
        ("Not detected", "Not detected"),
        ("14:22", "14:22"),
    ],
)
def test_numbers_are_written_as_the_house_writes_them(amount, text):
    assert number_text(amount).replace("\u00a0", " ") == text


def test_a_reading_shows_its_bound_and_its_word():
    assert number_text(parse_number("<0.050")) == "<\u00a00.050"
    assert number_text(Reading("Not detected", kind=ResultKind.NOT_DETECTED)) == "Not detected"


def test_a_unit_stands_after_a_no_break_space_and_never_after_a_word():
    assert value_text(Decimal("598"), "mL") == "598\u00a0mL"
    assert value_text("Not detected", "CFU") == "Not detected"
    assert screen("{% value a 'mL' %}", a=Decimal("598")) == '<span class="ev-num">598\u00a0mL</span>'
    assert paper("{% value a 'mL' %}", a=None) == "N/A"


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("wrong", [0.1, True])
def test_a_float_is_never_shown(wrong):
    with pytest.raises(TypeError, match="never a float"):
        screen("{% value a %}", a=wrong)


@pytest.mark.parametrize("state", sorted(STATE_WORDS))
def test_a_state_is_a_word_a_shape_and_a_colour(state):
    drawn = screen("{% badge s %}", s=state)
    assert STATE_WORDS[state].word in drawn
    assert f"icons.svg#{STATE_WORDS[state].icon}" in drawn
    assert f"ev-badge--{STATE_WORDS[state].tone}" in drawn


def test_the_table_of_states_uses_known_tones_and_existing_shapes():
    assert {s.tone for s in STATE_WORDS.values()} == {"ok", "run", "caution", "stop", "idle"}
    assert {s.manner for s in STATE_WORDS.values()} == {"", "quiet", "soft"}
    assert {s.icon for s in STATE_WORDS.values()} | {x.icon for x in LOT_LABELS.values()} <= set(icon_symbols())


def test_an_unknown_state_is_neutral_and_an_unknown_disposition_never_looks_released():
    assert state_word("half_baked").word == "Half baked"
    assert state_word("half_baked").tone == "idle"
    assert lot_label_of("whatever").scheme == "process"
    assert screen("{% badge s %}", s="") == "–"


def test_a_badge_may_say_it_more_exactly_and_lead_somewhere():
    linked = screen("{% badge 'hold' word url %}", word="On hold, OOS-2026-004", url="/oos/4/")
    assert linked.startswith('<a class="ev-badge ev-badge--stop ev-badge--soft" href="/oos/4/">')
    assert "On hold, OOS-2026-004" in linked
    assert "<a " not in paper("{% badge 'hold' word url %}", word="On hold", url="/oos/4/")


@pytest.mark.parametrize("disposition", sorted(LOT_LABELS))
def test_the_sticker_of_a_lot_says_its_disposition(disposition):
    drawn = screen("{% lot_label d %}", d=disposition)
    assert LOT_LABELS[disposition].word in drawn
    assert drawn.startswith(f'<span class="ev-label ev-label--{LOT_LABELS[disposition].scheme}">')


def test_only_certified_and_released_lots_get_the_green_sticker():
    # An intermediate that QA released for further processing is green too: its label says what it is released for.
    green = {d for d, label in LOT_LABELS.items() if label.scheme == "released"}
    assert green == {"certified", "released", "released_for_processing"}


def test_a_record_is_an_id_with_a_link_on_screen_and_without_one_on_paper():
    assert screen("{% rec lot %}", lot=Lot()) == '<a class="ev-id" href="/ev-lots/EV-2026-007/">EV-2026-007</a>'
    assert paper("{% rec lot %}", lot=Lot()) == '<span class="ev-id">EV-2026-007</span>'
    assert screen("{% rec x %}", x=SimpleNamespace(code="EQ-TFF-02")) == '<span class="ev-id">EQ-TFF-02</span>'
    assert screen("{% rec x %}", x="DEV-2026-011") == '<span class="ev-id">DEV-2026-011</span>'
    assert screen("{% rec x %}", x=None) == "–"


def test_an_icon_is_a_reference_on_screen_and_a_drawing_on_paper():
    assert screen("{% icon 'lock' %}") == '<svg class="i" aria-hidden="true"><use href="/static/web/icons.svg#lock"/></svg>'
    assert 'role="img" aria-label="Locked"' in screen("{% icon 'lock' 'Locked' %}")
    assert "<path" in paper("{% icon 'lock' %}") and "<use" not in paper("{% icon 'lock' %}")
    assert "<path" in screen("{% icon 'lock' %}", paper=True)
    assert "<use" in screen("{% icon 'lock' %}", paper=Lot()), "a record called paper does not turn a screen into paper"
    with pytest.raises(ValueError, match=r"not in icons\.svg"):
        screen("{% icon 'unicorn' %}")


SIGNED = SignatureLine("I performed this step", "A. Operator", "Operator", "a.operator", WINTER, digest="ab" * 32)


@pytest.mark.req("SIG-01")
@pytest.mark.parametrize("draw", [screen, paper])
def test_a_signature_says_meaning_name_role_user_id_and_time_with_offset(draw):
    drawn = draw("{% signature s %}", s=SIGNED)
    for part in ("I performed this step", "A. Operator", "Operator · ", "a.operator", "2026-11-23 14:05 UTC+1"):
        assert part in drawn
    assert "is-void" not in drawn and "<del>" not in drawn


@pytest.mark.req("SIG-06")
@pytest.mark.parametrize("draw", [screen, paper])
def test_a_fallen_signature_stays_struck_through_with_its_reason(draw):
    fallen = SimpleNamespace(**{**vars(SIGNED), "withdrawn": True, "withdrawn_why": "a signed value changed"})
    drawn = draw("{% signature s %}", s=fallen)
    assert "is-void" in drawn
    assert "A. Operator</del>" in drawn
    assert "Withdrawn: a signed value changed" in drawn


def test_the_sentence_of_a_stored_signature_is_its_statement_not_its_key():
    stored = SimpleNamespace(**{**vars(SIGNED), "meaning": "approved", "statement": "I approve this"})
    drawn = screen("{% signature s %}", s=stored)
    assert "I approve this" in drawn and ">approved<" not in drawn


def test_a_signature_not_given_yet_says_whose_turn_it_is():
    drawn = screen("{% signature_open 'Witnessed by' 'B. Operator' 'Next to sign' wait=True %}")
    assert "ev-sig--wait" in drawn and "Witnessed by" in drawn and "B. Operator" in drawn and "Next to sign" in drawn
    assert "ev-sig--open" in screen("{% signature_open 'Reviewed by' %}")


@pytest.mark.req("AUD-04", "PRT-01")
@pytest.mark.parametrize("draw", [screen, paper])
def test_a_correction_keeps_the_first_entry_readable(draw):
    c = Correction("0.87", "0.78", "bar", "Digits swapped.", "A. Operator", WINTER, "c1")
    drawn = draw("{% correction c %}", c=c)
    first, second = drawn.index("<del>"), drawn.index("<ins>")
    assert first < drawn.index("0.87") < second < drawn.index("0.78\u00a0bar")
    for part in ("First entry", "corrected to", "Digits swapped.", "A. Operator", "2026-11-23 14:05 UTC+1", "c1"):
        assert part in drawn


def test_a_blocker_is_its_sentence_and_leads_to_its_field():
    drawn = screen("{% blocker b %}", b=Blocker("key_of_rule", "Step 7 is not signed. Sign it first.", "volume"))
    assert '<a href="#id_volume">Step 7 is not signed. Sign it first.</a>' in drawn
    assert "key_of_rule" not in drawn
    assert "Wait for it." in screen("{% blocker b %}", b="Wait for it.")


def test_a_fact_is_escaped_text_a_record_or_a_dash():
    assert screen("{% fact f %}", f=EVIL) == "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"
    assert screen("{% fact f %}", f=Lot()) == screen("{% rec lot %}", lot=Lot())
    assert "UTC+1" in screen("{% fact f %}", f=WINTER)
    assert screen("{% fact f %}", f=None) == "–"


@pytest.mark.parametrize("draw", [screen, paper])
@pytest.mark.parametrize(
    "tag",
    [
        "{% badge e %}", "{% badge 'pass' e %}", "{% badge 'pass' 'x' e %}", "{% lot_label e %}", "{% rec e %}", "{% value e %}",
        "{% value '1' e %}", "{% icon 'lock' e %}", "{% blocker e %}", "{% signature_open e e e %}", "{% fact e %}",
        "{% meter '1' '0' '2' unit=e name=e %}", "{% signature s %}", "{% correction c %}", "{% blocker b %}",
    ],
)  # fmt: skip
def test_nothing_given_to_a_tag_becomes_markup(draw, tag):
    drawn = draw(
        tag,
        e=EVIL,
        s=SignatureLine(EVIL, EVIL, EVIL, EVIL, WINTER, withdrawn=True, withdrawn_why=EVIL, digest=EVIL),
        c=Correction(EVIL, EVIL, EVIL, EVIL, EVIL, WINTER, EVIL),
        b=Blocker("k", EVIL, EVIL),
    )
    assert "<script" not in drawn
    assert '("x")' not in drawn


def test_the_filters_of_a_page_are_kept_without_the_page_number():
    assert screen("{% query_without 'page' %}") == "state=open"


def test_a_bar_shows_done_and_blocked_parts():
    drawn = bar_svg(3, 4, 1)
    assert 'class="b-done" x="0.0%" width="75.0%"' in drawn
    assert 'class="b-stop" x="75.0%" width="25.0%"' in drawn
    assert "b-stop" not in bar_svg(4, 4)
    assert 'class="b-done" x="0.0%" width="0.0%"' in bar_svg(0, 0)


@pytest.mark.req("REC-03")
@pytest.mark.parametrize(("number", "unit", "shown"), [("1", "cycles", "1\u00a0cycle"), ("0", "cycles", "0\u00a0cycles"), ("1.0", "vials", "1.0\u00a0vials"),
                                                       ("2", "vials", "2\u00a0vials"), ("1", "mL", "1\u00a0mL")])  # fmt: skip
def test_one_of_what_is_counted_is_said_in_the_singular(number: str, unit: str, shown: str) -> None:
    assert components.value_text(number, unit) == shown


def test_a_label_that_is_its_unit_is_said_once() -> None:
    assert [components.label_with_unit(*pair) for pair in (("pH", "pH"), ("Volume", "mL"), ("Vessel", ""))] == ["pH", "Volume (mL)", "Vessel"]


@pytest.mark.parametrize(
    ("column", "words"),
    [("text", "value as entered"), ("volume ml", "volume, mL"), ("protein ug per ml", "protein, µg/mL"), ("analyst id", "user ID of analyst"),
     ("priming", "priming"), ("is current", "is the current entry"), ("viability pct", "viability, %")],
)  # fmt: skip
def test_columns_are_called_by_words(column: str, words: str) -> None:
    assert field_words(column) == words


def test_a_column_may_have_a_name_of_its_own_in_one_kind_of_record() -> None:
    assert (field_words("row", "result"), field_words("row", "entry")) == ("test", "row")
