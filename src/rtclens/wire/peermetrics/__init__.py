"""Peer Metrics: the HTTP protocol of `@peermetrics/sdk`, served as a pure function of state and request."""

from rtclens.wire.peermetrics.contract import App, Handled, Request, Response, Settings
from rtclens.wire.peermetrics.office import Directory, Office
from rtclens.wire.peermetrics.service import PeerMetrics
from rtclens.wire.peermetrics.state import State

__all__ = ["App", "Directory", "Handled", "Office", "PeerMetrics", "Request", "Response", "Settings", "State"]
