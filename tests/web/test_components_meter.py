"""The limit meter: its marker, its scale and the words it is read by."""

import re
from decimal import Decimal

import pytest

from evgmp.web.components import as_decimal
from evgmp.web.meter import MARKERS, Meter, meter_svg
from tests.web.rendering import paper, screen


def meter(value, lower=None, upper=None, alert_low=None, alert_high=None) -> Meter:
    return Meter(*(as_decimal(n) for n in (value, lower, upper, alert_low, alert_high)), unit="bar", name="TMP")


@pytest.mark.parametrize(
    ("drawn", "state"),
    [
        (meter("0.30", "0.20", "0.40"), "in_limit"),
        (meter("0.40", "0.20", "0.40"), "in_limit"),
        (meter("0.20", "0.20", "0.40"), "in_limit"),
        (meter("0.41", "0.20", "0.40"), "above_limit"),
        (meter("0.19", "0.20", "0.40"), "below_limit"),
        (meter("0.38", "0.20", "0.40", None, "0.38"), "near_limit"),
        (meter("0.22", "0.20", "0.40", "0.22"), "near_limit"),
        (meter(None, "0.20", "0.40"), ""),
    ],
)
def test_a_value_on_a_limit_is_inside_and_alert_levels_count_as_near(drawn, state):
    assert drawn.state == state


@pytest.mark.parametrize("state", sorted(MARKERS))
def test_the_marker_changes_shape_with_the_state_even_when_it_was_judged_elsewhere(state):
    drawn = meter_svg(meter("0.30", "0.20", "0.40"), state=state)
    assert MARKERS[state] in drawn
    assert len(set(MARKERS.values())) == 4


@pytest.mark.parametrize(
    ("drawn", "place"),
    [
        (meter("0.30", "0.20", "0.40"), "50.0"),
        (meter("0.20", "0.20", "0.40"), "25.0"),
        (meter("0.40", "0.20", "0.40"), "75.0"),
        (meter("99", "0.20", "0.40"), "98.5"),
        (meter("-99", "0.20", "0.40"), "1.5"),
        (meter("1.0", None, "1.0"), "76.9"),
        (meter("-60", None, "-60"), "76.9"),
        (meter("1.20", "1.20"), "50.0"),
        (meter("0", "0"), "50.0"),
        (meter("5", "5", "5"), "50.0"),
    ],
)
def test_the_scale_runs_past_every_limit_and_keeps_the_marker_on_the_strip(drawn, place):
    assert drawn.place(drawn.value) == Decimal(place)


def test_the_meter_is_read_as_value_state_and_limits():
    drawn = screen("{% meter '0.43' '0.20' '0.40' unit='bar' name='TMP' %}")
    label = re.search(r'aria-label="([^"]+)"', drawn)
    assert label and label[1].replace("\u00a0", " ") == "TMP 0.43 bar, above limit, limit 0.20 to 0.40 bar"
    assert 'role="img"' in drawn and "is-out" in drawn
    assert "limit at most" in screen("{% meter '0.9' None '1.0' unit='bar' %}")
    assert "limit at least" in screen("{% meter '0.9' '1.0' unit='bar' %}")
    assert "no reading" in screen("{% meter None '1.0' %}")


def test_without_a_limit_there_is_nothing_to_draw():
    assert screen("{% meter '0.9' %}") == ""


def test_no_style_stands_in_the_meter_and_paper_brings_its_own_colours():
    on_screen, on_paper = (draw("{% meter '0.43' '0.20' '0.40' %}") for draw in (screen, paper))
    assert "style" not in on_screen + on_paper
    assert 'fill="' not in on_screen and "%" in on_screen
    assert 'fill="#B1201B"' in on_paper and "viewBox" in on_paper


def test_a_small_meter_has_no_numbers():
    assert "<text" not in screen("{% meter '2' '1' '3' mini=True %}")


@pytest.mark.parametrize("wrong", [0.43, True])
def test_a_float_is_refused(wrong):
    with pytest.raises(TypeError, match="never a float"):
        screen("{% meter v '0.2' %}", v=wrong)


def test_text_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="is not a number"):
        screen("{% meter 'much' '0.2' %}")
