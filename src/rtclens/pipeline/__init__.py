"""From the stream to the store: fold every batch, write what it says and what follows from it, tell who listens."""

from __future__ import annotations

from rtclens.pipeline.bus import Bus, Subscription
from rtclens.pipeline.contract import Analysis, Folded, PipelineCounters, WorkerSettings
from rtclens.pipeline.worker import Worker

__all__ = ["Analysis", "Bus", "Folded", "PipelineCounters", "Subscription", "Worker", "WorkerSettings"]
