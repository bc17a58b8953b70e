"""What is counted of requests, and Prometheus' text format (version 0.0.4), which is a dozen lines to write."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

Labels = Mapping[str, str]
Sample = tuple[Labels, float]


class Meters:
    """Requests by route and status, and how long they took. Routes are the API's own, so there are only so many."""

    def __init__(self) -> None:
        self.in_flight = 0
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._within: dict[str, list[int]] = {}

    def note(self, route: str, status: int, seconds: float) -> None:
        """A request that was answered."""
        self._requests[route, status] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]
        within = self._within.setdefault(route, [0] * (len(BUCKETS_SECONDS) + 1))
        within[bisect_left(BUCKETS_SECONDS, seconds)] += 1

    @property
    def text(self) -> str:
        """All of it, for Prometheus."""
        requests = [({"route": route, "status": str(code)}, float(n)) for (route, code), n in self._requests.items()]
        return "".join(
            (
                metric("plings_api_requests_total", "counter", "Requests answered.", requests),
                metric("plings_api_requests_in_flight", "gauge", "Requests under way.", [({}, self.in_flight)]),
                self._histogram(),
            )
        )

    def _histogram(self) -> str:
        name = "plings_api_request_duration_seconds"
        lines = [f"# HELP {name} How long requests took.\n# TYPE {name} histogram\n"]
        for route, within in self._within.items():
            total = 0
            for limit, count in zip((*BUCKETS_SECONDS, "+Inf"), within, strict=True):
                total += count
                lines.append(_line(f"{name}_bucket", {"route": route, "le": str(limit)}, total))
            lines.append(_line(f"{name}_sum", {"route": route}, self._seconds[route]))
            lines.append(_line(f"{name}_count", {"route": route}, total))
        return "".join(lines)


def metric(name: str, kind: str, said: str, samples: Iterable[Sample]) -> str:
    """One metric with its samples; nothing where there are none."""
    lines = [_line(name, labels, value) for labels, value in samples]
    return f"# HELP {name} {said}\n# TYPE {name} {kind}\n{''.join(lines)}" if lines else ""


def _line(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    number = int(value) if float(value).is_integer() else value
    return f"{name}{{{told}}} {number}\n" if told else f"{name} {number}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
