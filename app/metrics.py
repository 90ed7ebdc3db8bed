"""What Prometheus reads. Labels are route templates, methods and statuses: never a vendor, a query or a path as written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.utils import floatToGoString

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(slots=True)
class Tally:
    """How many requests took how long: one count a bucket, the last for all that is longer, and the seconds of all."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        self.counts = [mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)]
        self.seconds += other.seconds


class Requests:
    """Counts every request. Of one event loop, so it needs no lock: the library's own counters, with theirs, took 5 µs of each request."""

    def __init__(self) -> None:
        self.tallies: dict[tuple[str, str, int], Tally] = {}

    def collect(self) -> Iterator[Metric]:
        """What the registry asks for."""
        requests = CounterMetricFamily("vpi_requests", "Requests answered.", labels=["method", "route", "status"])
        seconds = HistogramMetricFamily("vpi_request_seconds", "Time to answer, by route.", labels=["method", "route"])
        routes: dict[tuple[str, str], Tally] = {}
        for (method, route, status), tally in list(self.tallies.items()):
            requests.add_metric([method, route, str(status)], sum(tally.counts))
            routes.setdefault((method, route), Tally()).add(tally)
        for at, tally in routes.items():
            up_to = zip((*map(floatToGoString, BUCKETS), "+Inf"), accumulate(tally.counts), strict=True)
            seconds.add_metric(at, list(up_to), tally.seconds)
        yield requests
        yield seconds


class Metrics:
    """One registry an app, so that two apps in one process (tests) do not count into each other."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Requests()
        self.registry.register(self.requests)
        self.ready = Gauge("vpi_ready", "1 while an index is loaded and verified.", registry=self.registry)
        self.snapshot = Gauge("vpi_snapshot", "Number of the snapshot served.", registry=self.registry)
        self.rows = Gauge("vpi_index_rows", "What the snapshot served holds.", ["what"], registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        at = method if method in METHODS else "other", route, status
        tally = self.requests.tallies.get(at) or self.requests.tallies.setdefault(at, Tally())
        tally.counts[bisect_left(BUCKETS, seconds)] += 1
        tally.seconds += seconds

    def page(self) -> bytes:
        return generate_latest(self.registry)
