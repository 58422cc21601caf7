"""Files of others are the ones named in the manifest, nothing comes from the network, and every character has a glyph."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from evgmp.web.components import icon_symbols

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "evgmp/web/static/web"
FONTS = sorted((STATIC / "fonts").glob("*.ttf"))
MANIFEST = tomllib.loads((STATIC / "vendor/MANIFEST.toml").read_text("utf-8"))["file"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCREENS = [path for path in TEMPLATES if "documents" not in path.parts]
OWN_STYLES = sorted((STATIC / "css").glob("*.css"))
SOURCES = [
    path
    for package in ("evgmp", "batches", "qc")
    for path in sorted((ROOT / package).rglob("*"))
    if path.suffix in {".py", ".toml"} and "migrations" not in path.parts and "static" not in path.parts
]
# Read as they are by machines, never shown: control characters, and the blanks that a font need not draw.
WITHOUT_GLYPH = set("\n\t\r")


@pytest.mark.parametrize("file", MANIFEST, ids=lambda file: file["path"])
def test_a_vendored_file_is_the_one_in_the_manifest(file):
    content = (STATIC / file["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["sha256"], f"{file['path']} is not {file['name']} {file['version']} as vendored."
    assert file["licence"] in {"MIT", "OFL-1.1", "Apache-2.0"}
    assert (STATIC / file["licence_text"]).stat().st_size > 500


def test_every_file_of_others_is_in_the_manifest():
    named = {file["path"] for file in MANIFEST}
    present = {path.relative_to(STATIC).as_posix() for folder in ("vendor", "fonts") for path in (STATIC / folder).iterdir()}
    notes = {name for name in present if name.endswith((".txt", ".toml"))}
    assert present - notes == named - {"icons.svg"}
    assert "icons.svg" in named


@pytest.mark.parametrize("path", sorted(p for p in STATIC.rglob("*") if p.suffix in {".css", ".js", ".svg"}), ids=lambda p: p.name)
def test_a_static_file_loads_nothing_from_elsewhere(path):
    text = path.read_text("utf-8")
    assert "sourceMappingURL" not in text
    addresses = re.findall(r"""(?:url\(|@import|src=|href=|fetch\(|import\()\s*["']?((?:https?:)?//[^"')\s]+)""", text)
    assert addresses == []


@pytest.mark.parametrize("path", OWN_STYLES, ids=lambda p: p.name)
def test_every_address_in_a_style_sheet_exists(path):
    for address in re.findall(r"url\(([^)#]+)\)", path.read_text("utf-8")):
        assert (path.parent / address.strip("\"'")).is_file(), f"{path.name} names {address}, which is not there."


@pytest.mark.parametrize("path", SCREENS, ids=lambda p: p.relative_to(ROOT / "templates").as_posix())
def test_a_screen_has_no_inline_style_or_script_and_no_foreign_address(path):
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", text)


def test_every_icon_named_in_a_template_is_in_the_sprite():
    wanted = {name for path in TEMPLATES for name in re.findall(r"""\{% icon ["']([a-z0-9-]+)["']""", path.read_text("utf-8"))}
    assert wanted
    assert wanted - set(icon_symbols()) == set()


def test_the_sprite_holds_drawings_and_no_script():
    text = (STATIC / "icons.svg").read_text("utf-8")
    assert len(icon_symbols()) == text.count("<symbol ") > 50
    assert not re.search(r"<script|\son[a-z]+=|style=|<image|<foreignObject", text)


def test_screen_and_paper_use_the_same_faces():
    assert [p.stem for p in FONTS] == [p.stem for p in sorted((STATIC / "fonts").glob("*.woff2"))]
    for sheet, kind in (("tokens.css", "woff2"), ("print.css", "ttf")):
        text = (STATIC / "css" / sheet).read_text("utf-8")
        assert {f"../fonts/{p.stem}.{kind}" for p in FONTS} == set(re.findall(r"url\((\.\./fonts/[^)]+)\)", text))


def glyphs_of(path: Path) -> set[int]:
    return set(TTFont(path, lazy=True).getBestCmap())


@pytest.mark.parametrize("path", FONTS, ids=lambda p: p.stem)
def test_a_web_font_has_the_glyphs_of_its_paper_font(path):
    assert glyphs_of(path) == glyphs_of(path.with_suffix(".woff2"))


def characters_used() -> dict[str, str]:
    """Every character of templates, master data and program text, and where it was first seen."""
    found: dict[str, str] = {}
    for path in [*TEMPLATES, *SOURCES, STATIC / "evgmp.js"]:
        where = path.relative_to(ROOT).as_posix()
        found |= dict.fromkeys(set(path.read_text("utf-8")) - found.keys(), where)
    return found


@pytest.mark.parametrize("path", [p for p in FONTS if p.stem.startswith("SourceSans3")], ids=lambda p: p.stem)
def test_every_character_used_has_a_glyph(path):
    must = dict.fromkeys("µμ×≤≥±⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹→✓✗☐☑−·–—…°§\u00a0«»“”‘’ÄÖÜäöüßéαβγΔσ›‹€", "the words of the house")
    have = glyphs_of(path)
    absent = {c: where for c, where in (must | characters_used()).items() if ord(c) not in have and c not in WITHOUT_GLYPH}
    assert absent == {}, "These characters would print as boxes."


def test_the_mono_font_draws_ids_and_hands_the_rest_to_the_text_font():
    for path in (p for p in FONTS if p.stem.startswith("SourceCodePro")):
        font = TTFont(path, lazy=True)
        assert {ord(c) for c in map(chr, range(0x20, 0x7F))} <= set(font.getBestCmap())
        assert "zero" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    for sheet in ("tokens.css", "print.css"):
        text = (STATIC / "css" / sheet).read_text("utf-8")
        families = re.findall(r'"Source Code Pro"(,\s*"Source Sans 3")?', re.sub(r"@font-face\{[^}]*\}", "", text))
        assert families and all(families), f"{sheet} names the mono font without the text font behind it."
