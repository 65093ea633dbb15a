"""Reference sender of the native protocol: no I/O, no clock; what to send comes out, what was heard goes in."""

from rtclens_sender.stream import Stream

__all__ = ["Stream"]
