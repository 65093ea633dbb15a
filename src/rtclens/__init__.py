"""rtclens: one server that speaks every WebRTC monitoring SDK, explains every call, and answers in SQL."""

__version__ = "0.1.0"
