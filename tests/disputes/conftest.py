from pathlib import Path

import pytest

from indexer.conftest import indexed_url as indexed_url
from indexer.conftest import registry as registry
from logs.trade import Trade, open_trade


@pytest.fixture
async def trade(tmp_path: Path) -> Trade:
    return await open_trade(tmp_path)
