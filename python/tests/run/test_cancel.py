"""Stopping what runs, and what has not started."""

import pytest
from links import GENERATION, execute
from silo import SiloWorker

from snakepit_bridge.codec import wire


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("capacity", [1, 2])
@pytest.mark.parametrize("how", ["sleep", "loop", "lock", "asyncio.run"])
def test_a_tool_on_the_main_thread_is_stopped_wherever_it_is(how: str, capacity: int) -> None:
    with SiloWorker("adapters.Plain", capacity) as worker:
        number = worker.start("wait", {"how": how})
        worker.stderr.wait_for(f"at {how}")
        worker.cancel(number, reason=2)
        failure = worker.work.next("failure")
        assert (failure.kind, failure.request_id, failure.started) == (wire.CANCELLED, number, True)
        assert failure.message == "Tool 'wait' was cancelled: its deadline passed."
        assert "in wait" in failure.traceback
        assert "in wait" in failure.stacks
        acknowledged = worker.control.next("cancel_acknowledged")
        assert (acknowledged.request_id, acknowledged.was_running) == (number, True)
        assert worker.result("add", {"a": 1, "b": 1}) == 2


def test_what_a_tool_raises_while_it_is_stopped_is_still_a_cancel(plain: SiloWorker) -> None:
    number = plain.start("wait", {"how": "stubborn"})
    plain.stderr.wait_for("at stubborn")
    plain.cancel(number)
    failure = plain.work.next("failure")
    assert (failure.kind, failure.type) == (wire.CANCELLED, "waiting.OwnError")
    assert plain.control.next("cancel_acknowledged").was_running


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("capacity", [1, 2])
def test_a_coroutine_is_cancelled(capacity: int) -> None:
    with SiloWorker("adapters_async.Async", capacity) as worker:
        number = worker.start("sleep")
        worker.stderr.wait_for("at async sleep")
        worker.cancel(number)
        failure = worker.work.next("failure")
        assert (failure.kind, failure.started) == (wire.CANCELLED, True)
        assert worker.control.next("cancel_acknowledged").was_running
        assert worker.result("double", {"number": 2}) == 4


@pytest.mark.usefixtures("both_carriers")
def test_a_plain_tool_between_async_hooks_is_stopped() -> None:
    with SiloWorker("adapters_styles.AsyncHooked") as worker:
        number = worker.start("spin")
        worker.stderr.wait_for("at spin")
        worker.cancel(number)
        assert worker.work.next("failure").kind == wire.CANCELLED
        assert worker.result("work") == ["initialize", "cleanup", "initialize"]


@pytest.mark.usefixtures("both_carriers")
def test_a_loop_on_a_pool_thread_is_stopped() -> None:
    with SiloWorker("adapters_async.Threaded", 4, 3) as worker:
        number = worker.start("loop")
        worker.stderr.wait_for("at thread loop")
        worker.cancel(number)
        assert worker.work.next("failure").kind == wire.CANCELLED
        assert worker.control.next("cancel_acknowledged").was_running
        for _ in range(3):
            worker.start("meet")
        assert [worker.work.next("result").value for _ in range(3)] == [b"false"] * 3


@pytest.mark.usefixtures("both_carriers")
def test_a_waiting_request_is_dropped_without_being_started() -> None:
    with SiloWorker("adapters.Plain", 3) as worker:
        running = worker.start("wait", {"how": "sleep"})
        worker.stderr.wait_for("at sleep")
        waiting = worker.start("add", {"a": 1, "b": 1})
        worker.ping()
        worker.cancel(waiting)
        failure = worker.control.next("failure")
        assert (failure.kind, failure.request_id, failure.started) == (wire.CANCELLED, waiting, False)
        acknowledged = worker.control.next("cancel_acknowledged")
        assert (acknowledged.request_id, acknowledged.was_running) == (waiting, False)
        worker.cancel(running)
        assert worker.work.next("failure").request_id == running


def test_an_unknown_request_is_acknowledged_and_refused_if_it_arrives_later(plain: SiloWorker) -> None:
    plain.cancel(5000)
    acknowledged = plain.control.next("cancel_acknowledged")
    assert (acknowledged.generation, acknowledged.request_id, acknowledged.was_running) == (GENERATION, 5000, False)
    frame = wire.ToWorker()
    execute(frame, 5000, "add", {"a": 1, "b": 1})
    plain.work.send(frame)
    failure = plain.work.next("failure")
    assert (failure.kind, failure.request_id, failure.started) == (wire.CANCELLED, 5000, False)


@pytest.mark.usefixtures("both_carriers")
def test_many_cancels_hit_their_own_request_only() -> None:
    with SiloWorker("adapters.Plain") as worker:
        acknowledged = 0
        for _ in range(200):
            number = worker.start("add", {"a": 1, "b": 1})
            worker.cancel(number)
            item = worker.work.next_raw("answer")
            assert item.WhichOneof("item") in ("result", "failure")
            body = item.result if item.HasField("result") else item.failure
            assert body.request_id == number
            acknowledged += worker.control.next("cancel_acknowledged").request_id == number
            assert worker.result("add", {"a": 2, "b": 2}) == 4
        assert acknowledged == 200
