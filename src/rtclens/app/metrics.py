"""What rtclens says of itself to Prometheus.

Enters: the counters that the rooms keep. Leaves: the text exposition. Names end in their unit; docs/operations.md
lists them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rtclens.app.parts import Parts
from rtclens.stream.spool import Spool


def exposition(parts: Parts) -> bytes:
    """All metrics, as text."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(PartsCollector(parts))
    return generate_latest(registry)


class PartsCollector(Collector):
    """Reads the counters when Prometheus asks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield from self._ingest()
        yield from self._pipeline()
        yield from self._store()
        yield from self._outputs()

    def _ingest(self) -> Iterator[Metric]:
        counters = self._parts.ingest.counters
        for what in ("frames", "bytes", "batches", "events", "samples"):
            family = CounterMetricFamily(
                f"rtclens_ingest_{what}", f"{what.capitalize()} that came in.", labels=["app", "format"]
            )
            for (app, name), flow in counters.flows.items():
                family.add_metric([app, name], getattr(flow, what))
            yield family
        refusals = CounterMetricFamily("rtclens_refusals", "Refused input.", labels=["app", "format", "code"])
        for labels, count in counters.refusals.items():
            refusals.add_metric(list(labels), count)
        yield refusals
        sockets = GaugeMetricFamily("rtclens_open_sockets", "Open telemetry sockets.", labels=["app"])
        for app, count in counters.sockets.items():
            sockets.add_metric([app], count)
        yield sockets
        yield CounterMetricFamily("rtclens_refusals_unkept", "Refusals not kept.", self._parts.letters.dropped)

    def _pipeline(self) -> Iterator[Metric]:
        worker = self._parts.worker
        if worker is None:
            return
        counters = worker.counters
        yield CounterMetricFamily("rtclens_pipeline_batches", "Batches analysed.", counters.batches)
        yield CounterMetricFamily("rtclens_pipeline_events", "Events analysed.", counters.events)
        yield CounterMetricFamily("rtclens_pipeline_facts", "Facts concluded.", counters.facts)
        yield CounterMetricFamily("rtclens_pipeline_failures", "Batches the analysis failed on.", counters.fold_errors)
        yield CounterMetricFamily("rtclens_pipeline_erased", "Late batches of what was erased.", counters.erased)
        yield GaugeMetricFamily("rtclens_pipeline_lag_batches", "Batches not analysed yet.", worker.lag())
        yield GaugeMetricFamily("rtclens_pipeline_up", "1 while the worker runs.", int(worker.alive))
        behind = max(0.0, counters.newest_received_ms - counters.newest_stored_ms) / 1000
        yield GaugeMetricFamily("rtclens_store_behind_seconds", "Age of the newest row not stored yet.", behind)
        if counters.newest_received_ms:
            age = time.time() - counters.newest_received_ms / 1000
            yield GaugeMetricFamily("rtclens_ingest_age_seconds", "Since the newest batch arrived.", age)

    def _store(self) -> Iterator[Metric]:
        counters = self._parts.store.counters
        rows = CounterMetricFamily("rtclens_store_rows", "Rows written.", labels=["table"])
        for table, count in list(counters.rows.items()):
            rows.add_metric([table], count)
        yield rows
        yield from self._stream()

    def _stream(self) -> Iterator[Metric]:
        stream = self._parts.stream
        kind = "spool" if isinstance(stream, Spool) else "stream"
        if isinstance(stream, Spool):
            yield GaugeMetricFamily("rtclens_spool_bytes", "Bytes in the spool.", stream.bytes_on_disk())
        counters = stream.counters
        yield CounterMetricFamily(f"rtclens_{kind}_appended_bytes", "Bytes appended.", counters.appended_bytes)
        yield CounterMetricFamily(f"rtclens_{kind}_refused", "Appends refused as overload.", counters.refused)

    def _outputs(self) -> Iterator[Metric]:
        outputs = self._parts.outputs
        delivered = CounterMetricFamily("rtclens_outputs_delivered", "Records delivered.", labels=["sink"])
        failures = CounterMetricFamily("rtclens_outputs_failures", "Attempts that failed.", labels=["sink"])
        dead = CounterMetricFamily("rtclens_outputs_dead_letters", "Records given up.", labels=["sink"])
        lost = CounterMetricFamily("rtclens_outputs_lost", "Moments dropped from a full outbox.", labels=["sink"])
        lag = GaugeMetricFamily("rtclens_outputs_lag", "Moments not delivered yet.", labels=["sink"])
        for delivery in outputs.deliveries if outputs else ():
            name = [delivery.settings.name]
            delivered.add_metric(name, delivery.counters.delivered)
            failures.add_metric(name, delivery.counters.failures)
            dead.add_metric(name, delivery.counters.dead)
            lost.add_metric(name, outputs.lost(delivery.settings.name) if outputs else 0)
            lag.add_metric(name, delivery.lag)
        yield from (delivered, failures, dead, lost, lag)
        unkept = outputs.unkept if outputs else 0
        yield CounterMetricFamily("rtclens_outputs_unkept", "Moments the outbox did not take.", unkept)
