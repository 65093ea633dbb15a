"""Masking before disk: what identifies a person is removed from events before they reach the stream."""

from rtclens.edge.privacy.events import Profile, mask

__all__ = ["Profile", "mask"]
