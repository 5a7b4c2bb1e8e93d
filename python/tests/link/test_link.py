"""Handshake, control stream, draining."""

import grpc
import pytest
from links import Link, execute, hello
from silo import SiloWorker

from snakepit_bridge.codec import wire


def refusal(link: Link) -> grpc.StatusCode:
    error = link.next_raw("refusal")
    assert isinstance(error, grpc.RpcError), error
    code: grpc.StatusCode = error.code()
    return code


def test_strangers_are_turned_away_and_the_silo_still_gets_in() -> None:
    code = grpc.StatusCode
    with SiloWorker("adapters_styles.Listens", attach=False, by="grpc") as worker:
        empty = wire.ToWorker()
        assert refusal(worker.link(wire.STREAM_WORK, token="wrong")) == code.UNAUTHENTICATED
        assert refusal(worker.link(wire.STREAM_WORK, token="ünicode")) == code.UNAUTHENTICATED
        assert refusal(worker.raw_link(empty)) == code.INVALID_ARGUMENT
        assert refusal(worker.link(wire.STREAM_WORK, protocol=0)) == code.FAILED_PRECONDITION
        assert refusal(worker.link(wire.STREAM_WORK, generation=1)) == code.FAILED_PRECONDITION
        assert refusal(worker.link(5)) == code.INVALID_ARGUMENT
        assert refusal(worker.link(wire.STREAM_CONTROL)) == code.FAILED_PRECONDITION
        worker.attach()
        assert worker.result("ok") == 1
        assert refusal(worker.link(wire.STREAM_CONTROL)) == code.ALREADY_EXISTS
        assert refusal(worker.link(wire.STREAM_WORK)) == code.ALREADY_EXISTS
        assert worker.result("ok") == 1


@pytest.mark.usefixtures("both_carriers")
def test_work_in_the_frame_of_the_hello_is_done() -> None:
    with SiloWorker("adapters_styles.Listens", attach=False) as worker:
        frame = hello(wire.STREAM_WORK)
        execute(frame, 9, "ok")
        link = worker.raw_link(frame)
        assert link.next("welcome").capacity == 1
        assert link.next("result").request_id == 9


def test_unknown_items_are_ignored(plain: SiloWorker) -> None:
    frame = wire.ToWorker()
    frame.items.add()
    frame.items.add().credit.chunks = 1
    frame.items.add().session_end.session_id = "s"
    plain.control.send(frame)
    plain.work.send(frame)
    assert plain.result("add", {"a": 1, "b": 1}) == 2
    plain.ping()


def test_a_ping_is_answered_while_a_tool_is_busy(plain: SiloWorker) -> None:
    number = plain.start("wait", {"how": "sleep"})
    plain.stderr.wait_for("at sleep")
    plain.ping()
    plain.cancel(number)
    assert plain.work.next("failure").kind == wire.CANCELLED
    assert plain.control.next("cancel_acknowledged").was_running
    plain.ping()


@pytest.mark.usefixtures("both_carriers")
def test_an_idle_worker_is_drained_at_once_and_refuses_from_then_on() -> None:
    with SiloWorker("adapters_styles.Listens") as worker:
        worker.drain()
        assert worker.control.next("drained").unfinished == 0
        failure = worker.failure("ok")
        assert (failure.kind, failure.started) == (wire.REFUSED, False)


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("capacity", [1, 2])
def test_a_busy_worker_is_drained_when_its_request_has_ended(capacity: int) -> None:
    with SiloWorker("adapters.Plain", capacity) as worker:
        number = worker.start("wait", {"how": "sleep"})
        worker.stderr.wait_for("at sleep")
        worker.drain()
        worker.ping()
        worker.cancel(number)
        assert worker.work.next("failure").request_id == number
        kinds = {worker.control.next_raw("item").WhichOneof("item") for _ in range(2)}
        assert kinds == {"drained", "cancel_acknowledged"}
