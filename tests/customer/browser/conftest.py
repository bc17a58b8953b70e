"""One gallery and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from customer.browser.chromium import chromium
from customer.browser.gallery import open_gallery


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    with open_gallery() as origin:
        yield origin


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started
