"""Features: what is kept for ever of each join, connection and track, one typed row each.

Enters: nothing. Leaves: the row classes, in the words of the rtcstats feature catalogue (snake_case).
"""

from rtclens.model.features.client import ClientFeatures
from rtclens.model.features.connection import ConnectionFeatures
from rtclens.model.features.track import TrackFeatures

__all__ = ["ClientFeatures", "ConnectionFeatures", "TrackFeatures"]
