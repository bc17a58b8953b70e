"""One gallery and one browser, with a camera that sees the code of `offered`, for all tests of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from customer.browser.camera import camera_of, write_video
from customer.browser.chromium import chromium
from customer.browser.gallery import open_gallery
from customer.browser.views import ORIGIN, query_of


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    with open_gallery() as origin:
        yield origin


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    video = write_video(tmp_path_factory.mktemp("camera") / "code.y4m", f"{ORIGIN}?{query_of('offered')}")
    async with chromium(*camera_of(video)) as started:
        yield started
