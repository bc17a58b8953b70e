from pathlib import Path

import pytest

from logs.trade import Trade, open_trade


@pytest.fixture
async def trade(tmp_path: Path) -> Trade:
    return await open_trade(tmp_path)
