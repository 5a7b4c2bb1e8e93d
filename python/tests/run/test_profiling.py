"""Profiles of a worker: the samples, and their file format."""

import gzip
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from lines import LIMIT
from silo import SiloWorker

from snakepit_bridge.run import profiling


class _Busy:
    """A thread that waits in a function of its own until it is let go."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.thread = threading.Thread(target=self.waits_here, name="busy")
        self.thread.start()

    def waits_here(self) -> None:
        self.gate.wait(LIMIT)

    def end(self) -> None:
        self.gate.set()
        self.thread.join(LIMIT)


def _take(sleep: Any, seconds: float = 0.05, clock: Any = time.monotonic) -> Any:
    taken: list[bytes] = []
    thread = threading.Thread(target=lambda: taken.append(profiling.take(seconds, "a name", sleep, clock)))
    thread.start()
    thread.join(LIMIT)
    return json.loads(gzip.decompress(taken[0]))


def _thread(document: Any, name: str) -> Any:
    (found,) = [profile for profile in document["profiles"] if profile["name"] == name]
    return found


def _check_format(document: Any) -> None:
    """What https://www.speedscope.app/file-format-schema.json asks of a sampled profile."""
    assert document["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = document["shared"]["frames"]
    assert all(isinstance(frame["name"], str) and isinstance(frame["line"], int) for frame in frames)
    for profile in document["profiles"]:
        assert profile["type"] == "sampled"
        assert profile["unit"] == "seconds"
        assert len(profile["samples"]) == len(profile["weights"]) > 0
        assert all(0 <= number < len(frames) for sample in profile["samples"] for number in sample)
        assert profile["endValue"] - profile["startValue"] == pytest.approx(sum(profile["weights"]), abs=1e-3)


def test_a_profile_has_a_thread_with_its_stack_from_the_outermost_call_inwards() -> None:
    busy = _Busy()
    try:
        document = _take(threading.Event().wait)
    finally:
        busy.end()
    _check_format(document)
    assert (document["name"], document["profiles"][0]["name"]) == ("a name", "MainThread")
    (sample,) = _thread(document, "busy")["samples"]  # it has not moved, so all samples are one
    names = [document["shared"]["frames"][number]["name"] for number in sample]
    assert names.index("Thread.run" if "Thread.run" in names else "run") < next(
        at for at, name in enumerate(names) if name.endswith("waits_here")
    )


class _Hand:
    """A clock that moves a second with each sleep, before which something happens."""

    def __init__(self, steps: dict[int, Callable[[], object]]) -> None:
        self.now = 0
        self._steps = steps

    def __call__(self) -> float:
        return float(self.now)

    def sleep(self, _: float) -> None:
        self._steps.get(self.now, lambda: None)()
        self.now += 1


def test_a_thread_that_ends_has_no_stack_from_then_on() -> None:
    busy = _Busy()
    hand = _Hand({2: busy.end})
    document = _take(hand.sleep, 5, hand)
    _check_format(document)
    assert _thread(document, "busy")["samples"][-1] == []


def test_a_thread_with_the_number_of_one_that_has_ended_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    main = threading.main_thread()
    frame = sys._current_frames()[threading.get_ident()]
    threads = [threading.Thread(name="first"), threading.Thread(name="second")]
    for thread in threads:
        thread._ident = 7  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "_current_frames", lambda: {7: frame})
    monkeypatch.setattr(threading, "enumerate", lambda: [main, threads[0]])
    hand = _Hand({1: lambda: threads.pop(0)})
    document = json.loads(gzip.decompress(profiling.take(3, "a name", hand.sleep, hand)))
    assert sorted(profile["name"] for profile in document["profiles"]) == ["first", "second"]
    assert _thread(document, "first")["samples"][-1] == []


def test_a_profile_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiling, "_MOST_BYTES", 100)
    assert "cut after 0 s" in _take(threading.Event().wait, 1000.0)["name"]


def test_the_first_of_two_wishes_counts_and_with_its_answer_the_next_may_come() -> None:
    profiler = profiling.Profiler()
    answers: SimpleQueue[tuple[str, bytes, str]] = SimpleQueue()

    def wish(name: str) -> None:
        profiler.begin(0.3, name, lambda profile, refusal: answers.put((name, profile, refusal)))

    for name in ("first", "second"):
        wish(name)
    assert answers.get(timeout=LIMIT) == ("second", b"", "another profile of it is being taken")
    assert answers.get(timeout=LIMIT)[0] == "first"
    wish("third")
    name, profile, refusal = answers.get(timeout=LIMIT)
    assert (name, bool(profile), refusal) == ("third", True, "")


def test_a_worker_is_profiled_while_its_tool_runs_and_once_at_a_time(plain: SiloWorker, gates: Path) -> None:
    plain.start("report", {"steps": [], "gate": str(gates / "gate")})
    plain.send_profile(1, 300)
    plain.send_profile(2, 300)
    refused, taken = plain.control.next("profile_taken"), plain.control.next("profile_taken")
    (gates / "gate").touch()
    plain.work.next("result")
    assert (refused.nonce, refused.refusal) == (2, "another profile of it is being taken")
    document = json.loads(gzip.decompress(taken.speedscope))
    _check_format(document)
    assert (taken.nonce, document["name"]) == (1, "the name")
    assert any(frame["name"].endswith("report") for frame in document["shared"]["frames"])
