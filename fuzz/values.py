"""Change JSON values where decoders are likely to stumble.

Enters: JSON text, a random source and a pool of members that real clients send. Leaves: JSON text with one change,
which need not be valid JSON any more: NaN, numbers of 400 digits, lone surrogates, members twice.
"""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

RAW = "@@raw:"  # texts that begin so are written without quotes
NUMBERS: list[Any] = [
    *(0, -1, 1, 2**31, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**30),
    *(0.5, -0.0, 1e15, 1e300, 1.7976931348623157e308, 5e-324, -1.5, 1_700_000_000_000, 1_760_000_000_123.25),
    *(RAW + "1" + "0" * 400, RAW + "1e999", RAW + "-1e999", RAW + "NaN", RAW + "Infinity", RAW + "1E400"),
]
TEXTS: list[Any] = [
    *(
        "",
        "a",
        "null",
        "NULL",
        "0",
        "-1",
        "true",
        "\ud800",
        "x\udfffy",
        "\0",
        "é",
        "x" * 300,
        "[1,2,3]",
        "{}",
        "[1e999]",
    ),
    *("stable", "connected", "failed", "audio", "video", "inbound-rtp", "codec", "candidate-pair", "a b:c,d:e"),
    *("PC_0", "candidate:1 1 udp 1 h 9 typ host", "v=0\r\nm=audio 9 X 96\r\na=mid:0\r\na=rtpmap:96 opus/48000\r\n"),
    *("2020-01-01T00:00:00.000Z", "9" * 400, "9" * 5_000, "1e999", "7f3e5c10-2b84-4d1e-9c6a-000000000000"),
]
DEEP = RAW + "[" * 200 + "]" * 200
DEEPEST = RAW + '{"a":' * 3_000 + "1" + "}" * 3_000
OTHERS: list[Any] = [None, True, False, [], {}, [[]], [None], {"": None}, {"0": {"0": 0}}, DEEP, DEEPEST]


class Pool:
    """Members seen in real frames: names, and the values that stood there."""

    def __init__(self) -> None:
        self.values: dict[str, list[Any]] = {}
        self.names: list[str] = []

    def learn(self, value: Any, depth: int = 0) -> None:
        """Remember the members of one value."""
        if depth > 12:
            return
        if isinstance(value, dict):
            for name, inner in value.items():
                if len(repr(inner)) < 3_000:
                    self._seen(name, inner)
                self.learn(inner, depth + 1)
        elif isinstance(value, list):
            for inner in value[:40]:
                self.learn(inner, depth + 1)
        elif isinstance(value, str) and value[:1] in ("{", "["):
            self.learn(loaded(value), depth + 1)

    def _seen(self, name: str, value: Any) -> None:
        if name not in self.values:
            self.names.append(name)
        known = self.values.setdefault(name, [])
        if len(known) < 12 and value not in known:
            known.append(value)

    def member(self, rng: Random) -> tuple[str, Any]:
        """Any member that was seen."""
        if not self.names:
            return "a", 0
        name = rng.choice(self.names)
        return name, deepcopy(rng.choice(self.values[name]))

    def alike(self, name: str, rng: Random) -> Any:
        """A value that was seen under this name, or an odd one."""
        return deepcopy(rng.choice(self.values[name])) if name in self.values else odd(rng)


def loaded(text: str) -> Any:
    """The value of JSON text; `None` when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def dumped(value: Any) -> str:
    """JSON text; what stands for raw text is put in without quotes."""
    text = json.dumps(value, separators=(",", ":"))
    while (at := text.find('"' + RAW)) >= 0:
        end = text.find('"', at + 1 + len(RAW))
        if end < 0:
            return text
        inner = text[at + 1 + len(RAW) : end]
        if inner.endswith("\\"):  # the raw text held a quote: it was escaped
            inner, end = _escaped(text, at + 1 + len(RAW))
        text = text[:at] + inner + text[end + 1 :]
    return text


def _escaped(text: str, start: int) -> tuple[str, int]:
    end = start
    while text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    return text[start:end].replace('\\"', '"'), end


def odd(rng: Random) -> Any:
    """A value that breaks careless code."""
    return deepcopy(rng.choice(rng.choice((NUMBERS, TEXTS, OTHERS))))


def changed(value: Any, pool: Pool, rng: Random) -> Any:
    """`value` with one change somewhere in it; containers are changed in place."""
    if isinstance(value, dict) and value:
        if rng.random() < 0.75:
            name = rng.choice(list(value))
            value[name] = _alike(name, value[name], pool, rng)
            return value
        return _object(value, pool, rng)
    if isinstance(value, list) and value:
        if rng.random() < 0.8:
            at = rng.randrange(len(value))
            value[at] = changed(value[at], pool, rng)
            return value
        return _array(value, pool, rng)
    if isinstance(value, str) and value[:1] in ("{", "[") and rng.random() < 0.7:
        inner = loaded(value)
        if inner is not None:
            return dumped(changed(inner, pool, rng))
    return _scalar(value, rng)


def _alike(name: str, value: Any, pool: Pool, rng: Random) -> Any:
    if not isinstance(value, dict | list) and rng.random() < 0.25:
        return pool.alike(name, rng)
    return changed(value, pool, rng)


def _object(value: dict[str, Any], pool: Pool, rng: Random) -> Any:
    name = rng.choice(list(value))
    step = rng.randrange(6)
    if step == 0:
        del value[name]
    elif step == 1:
        value[rng.choice(list(value))] = value[name]
    elif step == 2:
        value[str(odd(rng)) if rng.random() < 0.1 else pool.member(rng)[0]] = value.pop(name)
    elif step == 3:
        return odd(rng)
    else:
        new, inner = pool.member(rng)
        value[new] = inner if rng.random() < 0.7 else odd(rng)
    return value


def _array(value: list[Any], pool: Pool, rng: Random) -> Any:
    at = rng.randrange(len(value))
    step = rng.randrange(6)
    if step == 0:
        del value[at]
    elif step == 1:
        value.insert(at, value[rng.randrange(len(value))])
    elif step == 2:
        value.insert(at, odd(rng))
    elif step == 3:
        rng.shuffle(value)
    elif step == 4:
        return odd(rng)
    else:
        value.append(pool.member(rng)[1])
    return value


def _scalar(value: Any, rng: Random) -> Any:
    if isinstance(value, bool) or value is None or rng.random() < 0.4:
        return odd(rng)
    if isinstance(value, int | float) and -1e300 < value < 1e300:
        return rng.choice((value + 1, value - 1, -value, value * 1000, value / 3, str(value), int(value)))
    return retyped(value, rng) if isinstance(value, str) and value else odd(rng)


def retyped(text: str, rng: Random) -> str:
    """The text cut, doubled, or with another character in it."""
    at = rng.randrange(len(text))
    return rng.choice(
        (text[:at], text[at:], text[:at] + chr(rng.randrange(0x250)) + text[at + 1 :], (text * 2)[:9_000])
    )
