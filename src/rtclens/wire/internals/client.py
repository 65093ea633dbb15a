"""The browser that wrote a webrtc-internals dump.

Enters: the file's members about the browser (`UserAgent`, `UserAgentData`, hardware). Leaves: a `Client`.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from rtclens.model.events import Client

# Read in this order: a browser built on another one names both.
BROWSERS = (
    ("Edge", re.compile(r"\bEdgA?/([\d.]+)")),
    ("Opera", re.compile(r"\bOPR/([\d.]+)")),
    ("Chrome", re.compile(r"\b(?:Headless)?Chrom(?:e|ium)/([\d.]+)")),
    ("Firefox", re.compile(r"\bFirefox/([\d.]+)")),
)
SYSTEMS = (
    ("Windows", re.compile(r"Windows NT ?([\d.]*)")),
    ("Android", re.compile(r"Android ?([\d.]*)")),
    ("macOS", re.compile(r"Mac OS X ?([\d_.]*)")),
    ("Chrome OS", re.compile(r"CrOS \w+ ([\d.]*)")),
    ("Linux", re.compile(r"Linux()")),
)
DECOY = re.compile(r"\bNot\b")  # the brand list holds a made-up brand against careless parsers
ENGINE = "Chromium"


class Page(msgspec.Struct):
    """What the file says about the browser, as it says it."""

    UserAgent: Any = None
    UserAgentData: Any = None
    deviceMemory: Any = None
    hardwareConcurrency: Any = None
    cpuPerformance: Any = None


def client(page: Page, url: str, extra: dict[str, Any]) -> Client:
    """The client; `extra` is what else is worth keeping about the file."""
    agent = page.UserAgent if isinstance(page.UserAgent, str) else ""
    data = page.UserAgentData if isinstance(page.UserAgentData, dict) else {"brands": page.UserAgentData}
    browser, version = _brand(data.get("fullVersionList")) or _brand(data.get("brands")) or _named(agent, BROWSERS)
    system, system_version = _named(agent, SYSTEMS)
    platform = data.get("platform")
    if isinstance(platform, str) and platform:
        system = platform
    mobile = data.get("mobile")
    kept = {"userAgentData": page.UserAgentData, "cpuPerformance": page.cpuPerformance}
    return Client(
        browser=browser,
        browser_version=version,
        os=system,
        os_version=system_version.replace("_", "."),
        device_type="mobile" if mobile is True else "desktop" if mobile is False else "",
        user_agent=agent,
        cores=page.hardwareConcurrency if type(page.hardwareConcurrency) is int else None,
        memory_gib=float(page.deviceMemory) if type(page.deviceMemory) in (int, float) else None,
        url=url,
        extra={name: value for name, value in kept.items() if value is not None} | extra,
    )


def _brand(brands: Any) -> tuple[str, str] | None:
    """The browser among the brands: not the decoy, and not the engine where another is named."""
    named = [brand for brand in brands if isinstance(brand, dict)] if isinstance(brands, list) else []
    said = [(str(brand.get("brand") or ""), str(brand.get("version") or "")) for brand in named]
    real = [(name, version) for name, version in said if name and not DECOY.search(name)]
    return next((one for one in real if one[0] != ENGINE), real[0] if real else None)


def _named(agent: str, known: tuple[tuple[str, re.Pattern[str]], ...]) -> tuple[str, str]:
    for name, pattern in known:
        found = pattern.search(agent)
        if found is not None:
            return name, found[1]
    return "", ""
