"""The last hooks, without a process: their time, and what is left of it for the shutdown."""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lines import LIMIT

from snakepit_bridge import RequestCancelled
from snakepit_bridge.end import leaving
from snakepit_bridge.run.hooks import Hooks
from snakepit_bridge.run.interrupt import MainThreadInterrupter
from snakepit_bridge.run.sessions import OpenSessions


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Iterator[MainThreadInterrupter]:
    monkeypatch.setattr(leaving, "END_SECONDS", 0.5)
    monkeypatch.setattr(leaving, "_CANCEL_SECONDS", 0.05)
    before = signal.getsignal(signal.SIGUSR1)
    interrupter = MainThreadInterrupter()
    interrupter.install()
    yield interrupter
    signal.signal(signal.SIGUSR1, before)


def opened(*ids: str) -> OpenSessions:
    sessions = OpenSessions()
    for session_id in ids:
        sessions.arrived(session_id, "")
    return sessions


def sleep() -> None:
    time.sleep(LIMIT)


def wait_for_a_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


async def wait_on_the_loop() -> None:
    await asyncio.sleep(LIMIT)


async def block_the_loop() -> None:
    time.sleep(LIMIT)


async def ignore_the_cancel() -> None:
    try:
        await asyncio.sleep(LIMIT)
    except asyncio.CancelledError:
        time.sleep(LIMIT)


@pytest.mark.parametrize("hook", [sleep, wait_for_a_lock, wait_on_the_loop, block_the_loop, ignore_the_cancel])
def test_a_hook_that_hangs_is_interrupted_and_the_shutdown_still_runs(
    main: MainThreadInterrupter, hook: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def end_session(session_id: str, reason: str) -> Any:
        seen.append(session_id)
        return hook() if session_id == "b" else None

    async def shutdown() -> None:
        await asyncio.sleep(0)
        seen.append("shutdown")

    leaving.leave(Hooks(end_session=end_session, shutdown=shutdown), opened("a", "b", "c", "d"), main, None)

    assert seen == ["a", "b", "shutdown"]
    assert hook.__name__ in caplog.text
    assert "2 of 4 sessions were not told of their end" in caplog.text


def test_an_interrupted_hook_cleans_up_and_is_not_interrupted_again(main: MainThreadInterrupter) -> None:
    seen: list[str] = []

    def end_session(session_id: str, reason: str) -> None:
        try:
            time.sleep(LIMIT)
        except RequestCancelled:
            time.sleep(0)
            seen.append("cleaned up")
            raise

    leaving.leave(Hooks(end_session=end_session), opened("a"), main, None)
    assert (seen, main.armed) == (["cleaned up"], None)


def test_hooks_that_end_in_time_leave_nothing_to_interrupt(
    main: MainThreadInterrupter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leaving, "END_SECONDS", LIMIT)
    told: list[tuple[str, str]] = []
    hooks = Hooks(end_session=lambda session_id, reason: told.append((session_id, reason)))

    with caplog.at_level(logging.INFO):
        leaving.leave(hooks, opened("a", "b"), main, None)

    for thread in threading.enumerate():
        if thread.name == "snakepit-end":
            thread.join(LIMIT)
            assert not thread.is_alive()
    assert (told, caplog.records) == ([("a", "the worker stops"), ("b", "the worker stops")], [])


def test_a_shutdown_that_raises_is_logged(main: MainThreadInterrupter, caplog: pytest.LogCaptureFixture) -> None:
    def shutdown() -> None:
        raise SystemExit("not like this")

    leaving.leave(Hooks(shutdown=shutdown), opened(), main, None)
    assert "shutdown() of the adapter raised" in caplog.text
