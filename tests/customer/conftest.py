"""One stand for all of these tests: each takes objects that no other takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from customer.stand import Stand, new_cluster, serving, stock
from fixtures.fix_registry import copied_database
from plings.server import EmbeddedServer


@pytest.fixture(scope="session")
def stand(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[Stand]:
    with copied_database(postgresql, templates["settled"]) as url:
        stock(url)
        cluster = new_cluster()
        with serving(url, cluster) as client:
            made = Stand(client, cluster, url)
            made.index()
            yield made
