"""Browser dumps: webrtc-internals JSON of Chrome and about:webrtc JSON of Firefox."""

from rtclens.wire.internals.export import export
from rtclens.wire.internals.firefox import FirefoxReader
from rtclens.wire.internals.reader import InternalsReader

__all__ = ["FirefoxReader", "InternalsReader", "export"]
