"""How soon the customer's page is painted on a slow phone, and how much it loads.

    python benchmarks/page.py
    python benchmarks/page.py --record    # writes benchmarks/page.json

Debian's Chromium with a processor slowed down four times, nothing cached, each page several times; first paint is the
browser's own figure, the median is kept. The network is `slow 4G` as Lighthouse has it: 150 ms there and back, 1.6
Mbit/s down, 0.75 up. `devtools` is the preset of that name in Chromium's own tools, where every request waits 562 ms,
so that a page has one of them to be painted within a second. Bytes are of everything that the page loads until it is
idle, as sent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
from pathlib import Path
from statistics import median
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from playwright.async_api import Browser

from customer.browser.chromium import chromium
from customer.browser.gallery import open_gallery, path_of

RECORDED: Final = Path(__file__).resolve().parent / "page.json"
PAGES: Final = ("first", "photograph", "offered", "counterfeit", "start", "verify")
MBIT: Final = 1_000_000 / 8
NETWORKS: Final = {
    "slow 4G": {"latency": 150, "downloadThroughput": 1.6 * MBIT, "uploadThroughput": 0.75 * MBIT},
    "devtools": {"latency": 562.5, "downloadThroughput": 1.44 * MBIT, "uploadThroughput": 0.675 * MBIT},
}
SLOWDOWN: Final = 4
TIMES: Final = 5


async def first_paint_ms(browser: Browser, url: str, network: dict[str, float]) -> tuple[float, int]:
    """Of one visit, and the bytes that it took."""
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    page = await context.new_page()
    tools = await context.new_cdp_session(page)
    await tools.send("Network.enable")
    await tools.send("Network.emulateNetworkConditions", {"offline": False, **network})
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    loaded: list[float] = []
    tools.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    await page.goto(url, wait_until="networkidle")
    paint = await page.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    painted: float = await paint.json_value()
    await context.close()
    return painted, int(sum(loaded))


async def measure(times: int) -> dict[str, Any]:
    """First paint in milliseconds by network and page; bytes by page, with headers."""
    told: dict[str, Any] = {"machine": platform.machine(), "times": times, "first_paint_ms": {}, "bytes": {}}
    with open_gallery() as origin:
        async with chromium() as browser:
            await first_paint_ms(browser, origin + path_of("first"), NETWORKS["slow 4G"])  # who comes first, compiles
            for network, conditions in NETWORKS.items():
                told["first_paint_ms"][network] = {}
                for name in PAGES:
                    visits = [await first_paint_ms(browser, origin + path_of(name), conditions) for _ in range(times)]
                    told["first_paint_ms"][network][name] = round(median(painted for painted, _ in visits))
                    told["bytes"][name] = max(size for _, size in visits)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help=f"write {RECORDED.name}")
    parser.add_argument("--times", type=int, default=TIMES, help="visits to each page")
    given = parser.parse_args()
    told = asyncio.run(measure(given.times))
    print(json.dumps(told, indent=2))
    if given.record:
        RECORDED.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
