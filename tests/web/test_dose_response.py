"""The dose-response plot: drawn from texts, without a style, told in words."""

from xml.etree import ElementTree

from evgmp.web.dose_response import dose_response_svg

PLOT = {
    "reference": [["1", "0.2"], ["10", "0.9"], ["100", "1.4"]], "sample": [["1", "0.1"], ["10", "0.8"], ["100", "1.35"]],
    "reference_curve": [["1", "0.2"], ["100", "1.4"]], "sample_curve": [], "dose_unit": "ng/mL", "response_unit": "optical <density>", "label": "A & B",
}  # fmt: skip


def test_points_curves_axes_and_legend_are_drawn_and_escaped() -> None:
    svg = dose_response_svg(PLOT)
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"] == "A & B"
    assert root.attrib["role"] == "img"
    assert svg.count("<circle") == 4
    assert svg.count('class="p-mark is-smp"') == 4
    assert svg.count('class="p-curve') == 1
    words = [text.text for text in root.iter("text")]
    assert {"Dose, ng/mL (logarithmic)", "Response, optical <density>"} <= set(words)
    assert {"1", "10", "100", "0.0", "1.5"} <= set(words)
    assert "style=" not in svg
    assert "stroke=" not in svg


def test_on_paper_the_colours_are_attributes() -> None:
    svg = dose_response_svg(PLOT, paper=True)
    assert 'stroke="#5B4A9C"' in svg
    assert 'font-size="12"' in svg


def test_one_dose_and_one_response_can_be_drawn_and_nothing_draws_nothing() -> None:
    one = {**PLOT, "reference": [["5", "3"]], "sample": [], "reference_curve": []}
    assert "<circle" in dose_response_svg(one)
    assert dose_response_svg({**one, "reference": []}) == ""
