"""Play one scenario in a real browser and record it.

Enters: a scenario, the browser's path, a seed. Leaves: the recorder with everything that was sent, ready to be saved.
"""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlencode

from truth.generator import janus
from truth.generator.browser import Browser, Page
from truth.generator.janus import Janus, Room
from truth.generator.recorder import Recorder
from truth.generator.relay import Relay
from truth.generator.scenarios import Scenario, Step

SPARE_S = 180.0  # for programs to start and pages to load on a busy machine
FLUSH_S = 1.0  # the last sample leaves after the page was asked to end


class Call:
    """One call while it goes on."""

    def __init__(self, scenario: Scenario, browser: Browser, recorder: Recorder) -> None:
        self._scenario = scenario
        self._browser = browser
        self._recorder = recorder
        self._pages: dict[str, Page] = {}

    async def play(self) -> None:
        """From joining to hanging up. Raises `RuntimeError` where a call that should connect does not."""
        for side in self._scenario.people:
            await self._join(side)
        if self._scenario.connects:
            for page in self._pages.values():
                if not await page.until("participant.connection?.connectionState === 'connected'"):
                    raise RuntimeError(f"did not connect: {await page.ask('participant.errors.join()')}")
        self._recorder.mark("connected" if self._scenario.connects else "joined")
        begun = asyncio.get_running_loop().time()
        for step in self._scenario.steps:
            await _until(begun + step.at_s)
            await self._do(step)
        await _until(begun + self._scenario.seconds)
        for side, page in self._pages.items():
            self._recorder.mark(f"hangup {side}")
            await page.ask("participant.leave()")
        await asyncio.sleep(FLUSH_S)

    async def _join(self, side: str) -> None:
        self._recorder.mark(f"join {side}")
        address = {"id": side, "room": f"room-{self._scenario.name}", **self._scenario.addresses.get(side, {})}
        if self._scenario.sfu:
            address["sfu"] = "1"
        page = await self._browser.open(f"{self._recorder.url}/?{urlencode(address)}")
        self._pages[side] = page
        if not await page.until("window.participant && participant.state !== 'starting'"):
            raise RuntimeError(f"{side} did not start")

    async def _do(self, step: Step) -> None:
        self._recorder.mark(step.mark)
        for side, impairment in step.ways.items():
            self._recorder.impair(side, impairment)
        for side, expression in step.pages.items():
            await self._pages[side].ask(expression)
        if step.close:
            await self._browser.close_page(self._pages.pop(step.close))


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


async def record(scenario: Scenario, chromium: str, seed: int) -> Recorder:
    """Play and record a scenario. Raises `TimeoutError` where it does not come to its end."""
    async with asyncio.timeout(scenario.seconds + SPARE_S), contextlib.AsyncExitStack() as stack:
        room = None
        if scenario.sfu:
            server = await stack.enter_async_context(Janus(janus.find()))
            room = Room(server.url, seed)
            stack.callback(room.close)
        relay = Relay(seed)
        stack.callback(relay.close)
        recorder = Recorder(scenario.name, scenario.doc, f"room-{scenario.name}", relay, room)
        await recorder.start()
        stack.push_async_callback(recorder.stop)
        async with Browser(chromium) as browser:
            await Call(scenario, browser, recorder).play()
    recorder.mark_paths()
    return recorder
