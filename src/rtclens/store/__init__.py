"""The analytics store: batches and facts in, SQL out. One dialect (ClickHouse), embedded or a server, by DSN."""

from __future__ import annotations

from rtclens.store.engine import StoreError
from rtclens.store.repeats import Repeats
from rtclens.store.rows import Block, Identity, Rows
from rtclens.store.store import OpenCall, Result, Store

__all__ = ["Block", "Identity", "OpenCall", "Repeats", "Result", "Rows", "Store", "StoreError"]
