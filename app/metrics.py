"""What Prometheus reads. Labels are route templates, methods and statuses: never a vendor, a query or a path as written."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector, generate_latest

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """One registry an app, so that two apps in one process (tests) do not count into each other."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter("vpi_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry)
        self.seconds = Histogram(
            "vpi_request_seconds",
            "Time to answer, by route.",
            ["method", "route"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
            registry=self.registry,
        )
        self.ready = Gauge("vpi_ready", "1 while an index is loaded and verified.", registry=self.registry)
        self.snapshot = Gauge("vpi_snapshot", "Number of the snapshot served.", registry=self.registry)
        self.rows = Gauge("vpi_index_rows", "What the snapshot served holds.", ["what"], registry=self.registry)
        # Found once: looking up a label takes longer than counting. Methods, routes and statuses are few.
        self._counters: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in METHODS else "other"
        counters = self._counters.get((method, route, status))
        if counters is None:
            counters = self.requests.labels(method, route, str(status)), self.seconds.labels(method, route)
            self._counters[method, route, status] = counters
        counters[0].inc()
        counters[1].observe(seconds)

    def page(self) -> bytes:
        return generate_latest(self.registry)
