"""What a worker says about its threads and coroutines while they go on."""

import re
import time

import pytest
from lines import LIMIT
from silo import SiloWorker

from snakepit_bridge.codec import wire
from snakepit_bridge.link import control
from snakepit_bridge.run.tickets import Ticket


def _ask(worker: SiloWorker) -> list[str]:
    """Its parts: the calls, then other coroutines and threads, then those in no code of users."""
    frame = wire.ToWorker()
    frame.items.add().stacks.nonce = 5
    worker.control.send(frame)
    taken = worker.control.next("stacks_taken")
    assert taken.nonce == 5
    return str(taken.text).split("\n\n")


def _ask_until(worker: SiloWorker, title: str) -> list[str]:
    """Until a part has a title of that pattern: a coroutine that has announced itself is still on its way to what it waits for."""
    end = time.monotonic() + LIMIT
    parts = _ask(worker)
    while not any(re.match(title, part) for part in parts):
        assert time.monotonic() < end, parts
        parts = _ask(worker)
    return parts


def _functions(part: str) -> list[str]:
    """Names of the functions, the latest call first."""
    return [name.rpartition(".")[2] for name in re.findall(r'^  File "[^"]+", line [0-9]+ in (.+)$', part, re.MULTILINE)]


def _of(parts: list[str], title: str) -> str:
    (part,) = [part for part in parts if part.startswith(title)]
    return part


def test_a_worker_without_calls_shows_the_users_own_threads_and_names_the_others() -> None:
    with SiloWorker("adapters_stacks.Plain") as worker:
        nothing, poller, rest = _ask(worker)
    assert nothing == "No call runs."
    assert poller.startswith("Thread my-poller (most recent call first):\n")
    assert _functions(poller)[-1] == "in_background"  # what starts a thread is left out
    assert "\n    self.gate.wait()" in poller  # the line itself
    assert rest.startswith("In no code of users: MainThread, ")


@pytest.mark.usefixtures("both_carriers")
def test_a_call_comes_first_with_its_tool_its_request_and_its_users_frames() -> None:
    with SiloWorker("adapters_stacks.Plain") as worker:
        number = worker.start("stand", {"name": "a"})
        worker.stderr.wait_for("at the stand of a")
        first, *_ = _ask(worker)
        worker.process.kill()
    assert re.match(rf"Thread MainThread runs stand, request {number}, for [0-9]+\.[0-9] s \(most recent call first\):\n", first)
    assert _functions(first)[-1] == "stand"


def test_each_thread_of_a_pool_has_its_call() -> None:
    with SiloWorker("adapters_stacks.Plain", 2, 2) as worker:
        numbers = [worker.start("stand", {"name": name}) for name in "ab"]
        for name in "ab":
            worker.stderr.wait_for(f"at the stand of {name}")
        parts = _ask(worker)
        worker.process.kill()
    assert [_of(parts, f"Thread snakepit-tool-{thread} runs stand") for thread in (0, 1)]
    assert sorted(int(found) for found in re.findall(r"request ([0-9]+)", "".join(parts))) == numbers


@pytest.mark.parametrize("capacity", [1, 2])
def test_a_coroutine_shows_what_it_waits_for_and_so_does_one_that_runs_beside_it(capacity: int) -> None:
    with SiloWorker("adapters_stacks.Async", capacity) as worker:
        number = worker.start("await_inner")
        worker.stderr.wait_for("at await")
        parts = _ask_until(worker, "Task [^ ]+ runs await_inner")
        worker.process.kill()
    assert re.match(rf"Task [^ ]+ runs await_inner, request {number}, for ", parts[0])
    assert _functions(parts[0])[-3:] == ["inner", "outer", "await_inner"]
    assert _functions(_of(parts, "Task my-task (most recent"))[-1] == "left_behind"


def test_the_coroutines_of_a_loop_that_a_plain_tool_runs_are_shown() -> None:
    with SiloWorker("adapters_stacks.Plain") as worker:
        worker.start("run_own_loop")
        worker.stderr.wait_for("at own loop")
        parts = _ask_until(worker, "Task Task-1")
        worker.process.kill()
    assert _functions(parts[0])[-1] == "run_own_loop"
    assert _functions(_of(parts, "Task Task-1 (most recent")) [-2:] == ["inner", "outer"]


def test_a_stream_that_waits_for_its_reader_is_one_line() -> None:
    with SiloWorker("adapters_stacks.Plain") as worker:
        number = worker.start("count", stream=True, credit=1)
        worker.work.next("chunk")
        parts = _ask(worker)
        worker.process.kill()
    assert _of(parts, f"In no thread now, as a stream that waits for its reader: count, request {number}, for ")


@pytest.mark.parametrize("capacity", [1, 2])
def test_a_coroutine_that_holds_its_loop_has_the_stack_of_the_thread(capacity: int) -> None:
    with SiloWorker("adapters_stacks.Async", capacity) as worker:
        number = worker.start("hold_loop")
        worker.stderr.wait_for("at the held loop")
        parts = _ask(worker)
        worker.process.kill()
    assert parts[0].startswith(f"Thread MainThread runs hold_loop, request {number}, for ")
    assert _functions(parts[0])[-2:] == ["holds_it", "hold_loop"]
    assert not [part for part in parts if part.startswith("Task ")]


def test_a_coroutine_that_waits_for_an_object_with_every_attribute_is_described_as_far_as_it_goes() -> None:
    with SiloWorker("adapters_stacks.Async") as worker:
        worker.start("await_proxy")
        worker.stderr.wait_for("at the proxy")
        parts = _ask(worker)
        worker.process.kill()
    assert "await_proxy" in "".join(parts)


def test_a_call_whose_stacks_cannot_be_described_is_stopped_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        raise ValueError("no source")

    monkeypatch.setattr(control, "describe", broken)
    assert control._stacks_of(Ticket(wire.ToWorker().items.add().execute, 0)) == ""
