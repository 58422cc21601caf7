"""The camera of the scan screen, shown the picture of a code in a real browser: read by the decoder kept with the site."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import zxingcpp

from batches.domain.materials import container_code
from batches.models import MaterialLot, MaterialMovement, Step
from tests.batches.builders_uses import culture_with_additions, first_step, material
from tests.builders import PASSWORD
from tests.support.browser import Faults, chromium_with

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTH, HEIGHT = 640, 480


@pytest.fixture
def site_content() -> str:
    return "furnished"


def film_of(code: str, file: Path) -> Path:
    """What a camera sees that is held before a DataMatrix of `code`: one grey picture as YUV4MPEG2, which Chromium plays in a loop."""
    symbol = np.array(zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix).to_image(scale=8, add_quiet_zones=True))
    picture = np.full((HEIGHT, WIDTH), 200, np.uint8)
    top, left = (HEIGHT - symbol.shape[0]) // 2, (WIDTH - symbol.shape[1]) // 2
    picture[top : top + symbol.shape[0], left : left + symbol.shape[1]] = symbol
    colours = np.full(WIDTH * HEIGHT // 2, 128, np.uint8)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n"
    file.write_bytes(head.encode() + b"FRAME\n" + picture.tobytes() + colours.tobytes())
    return file


@pytest.fixture
def step(live_site: str) -> Step:
    """A step that adds medium."""
    return first_step(culture_with_additions())


@pytest.fixture
def lot(step: Step) -> MaterialLot:
    """A released lot of that medium."""
    return material()


@pytest.fixture
def held_before_the_camera(live_site: str, chromium: "Browser", lot: MaterialLot, tmp_path: Path) -> Iterator["Page"]:
    """The sign-in page in a browser whose camera sees the first container of the lot."""
    film = film_of(container_code(lot.number, 1), tmp_path / "camera.y4m")
    flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")
    with chromium_with(chromium, *flags) as browser:
        context = browser.new_context(base_url=live_site, viewport={"width": 1024, "height": 768}, permissions=["camera"])
        page = context.new_page()
        faults = Faults()
        faults.watch(page)
        yield page
        assert not faults, "\n".join(faults)


@pytest.mark.req("EXE-16")
def test_a_code_held_before_the_camera_is_read_and_the_quantity_is_asked_for(held_before_the_camera: "Page", step: Step, lot: MaterialLot) -> None:
    page, code = held_before_the_camera, container_code(lot.number, 1)
    page.goto("/people/sign-in/")
    page.fill("[name=username]", "a.operator")
    page.fill("[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.goto(f"/record-use/{step.number}/")
    page.get_by_role("button", name="Use the camera").click()
    page.get_by_text(f"Read: {code}").wait_for()
    assert page.input_value("[name=code]") == code
    assert page.evaluate("document.activeElement.name") == "quantity"
    assert not MaterialMovement.objects.filter(lot=lot, kind="used").exists()
    page.keyboard.type("99")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert [movement.change for movement in MaterialMovement.objects.filter(lot=lot, kind="used")] == [-99]
