"""Reports out: what rtclens concludes, for other systems, at least once and under stable ids.

Enters: stored facts and, where a sink wants them, analysed batches. Leaves: records in the formats of
`own`, `observertc1`, `observertc2` and `observer3`, and alerts, at webhooks, Kafka topics and files. `moments` and the
formats are pure; `outbox` holds what is not delivered yet; every sink has a thread of its own, so that a slow receiver
delays nobody else, and the worker least of all.
"""

from rtclens.outputs.configuration import Configuration, ConfigurationError, load
from rtclens.outputs.hub import Outputs

__all__ = ["Configuration", "ConfigurationError", "Outputs", "load"]
