"""Several requests at once."""

import os
from pathlib import Path
from typing import Any

import pytest
from links import GENERATION, execute
from silo import SiloWorker

from snakepit_bridge.codec import wire
from snakepit_bridge.codec.encoding import Encoder
from snakepit_bridge.run.interrupt import MainThreadInterrupter
from snakepit_bridge.run.sessions import OpenSessions
from snakepit_bridge.run.streaming import Streaming
from snakepit_bridge.run.tickets import Ticket
from snakepit_bridge.run.tools import build_table
from snakepit_bridge.work.batched import BatchedWork
from snakepit_bridge.work.held import HeldAnswers
from snakepit_bridge.work.ledger import Ledger


class Dynamic:
    def execute_tool(self, name: str, arguments: dict[str, Any], context: Any) -> str:
        return name


@pytest.mark.usefixtures("both_carriers")
def test_four_in_flight_all_answer_and_their_answers_share_frames(gates: Path) -> None:
    os.mkfifo(gates / "g")
    with SiloWorker("adapters_async.Gated", 4, 1, str(gates)) as worker:
        frame = wire.ToWorker()
        execute(frame, 1, "gate", {"name": "g"})
        for number in (2, 3, 4):
            execute(frame, number, "name", {"name": str(number)})
        worker.work.send(frame)
        worker.stderr.wait_for("at gate g")
        worker.ping()
        (gates / "g").write_text("open")
        answers = [worker.work.next("result") for _ in range(4)]
        assert [(answer.request_id, answer.value) for answer in answers] == [
            (1, b'"open"'), (2, b'"2"'), (3, b'"3"'), (4, b'"4"'),
        ]  # fmt: skip
        assert answers[3].wait_us > 0


def test_invented_names_of_tools_do_not_pile_up() -> None:
    table = build_table(Dynamic(), "Dynamic")
    unused: Any = None
    ledger = Ledger(GENERATION, unused, unused)
    execution = Streaming(table, Encoder(10, 1000), MainThreadInterrupter(), OpenSessions(), unused, unused)
    work = BatchedWork(table, ledger, execution, unused, 5000, HeldAnswers(unused, 1 << 20))
    frame = wire.ToWorker()
    for number in range(5000):
        execute(frame, number, f"invented-{number}")
    tickets = [Ticket(item.execute, 1) for item in frame.items]
    work._take(tickets)
    assert sum(len(parts) for parts in work._run_all(tickets)) == 5000
    assert len(work._brief) <= 1


@pytest.mark.usefixtures("both_carriers")
def test_many_requests_are_answered_in_fewer_frames() -> None:
    with SiloWorker("adapters_styles.Listens", 200) as worker:
        frame = wire.ToWorker()
        for number in range(200):
            execute(frame, number, "ok")
        worker.work.send(frame)
        answered = {worker.work.next("result").request_id for _ in range(200)}
        assert answered == set(range(200))
        assert len(worker.work.frames) < 200


@pytest.mark.usefixtures("both_carriers")
def test_a_frame_of_answers_stays_below_the_message_limit() -> None:
    with SiloWorker("adapters.Plain", 8, max_message_bytes=300_000) as worker:
        for number in range(8):
            worker.start("echo", {"value": f"{number}" * 100_000})
        values = [worker.work.next("result").value for _ in range(8)]
        assert [value[1:2] for value in values] == [b"%d" % number for number in range(8)]


@pytest.mark.usefixtures("both_carriers")
def test_beyond_capacity_is_refused_at_once() -> None:
    with SiloWorker("adapters.Plain", 2) as worker:
        running = worker.start("wait", {"how": "sleep"})
        waiting = worker.start("add", {"a": 1, "b": 1})
        worker.start("add", {"a": 1, "b": 1})
        failure = worker.control.next("failure")
        assert (failure.kind, failure.started) == (wire.REFUSED, False)
        assert failure.message == "The worker is full: 2 requests in flight, its capacity is 2."
        worker.stderr.wait_for("at sleep")
        worker.cancel(running)
        assert worker.work.next("failure").request_id == running
        assert worker.work.next("result").request_id == waiting


@pytest.mark.usefixtures("both_carriers")
def test_a_budget_used_up_by_waiting_is_a_deadline() -> None:
    with SiloWorker("adapters.Plain", 2) as worker:
        running = worker.start("wait", {"how": "sleep"})
        worker.stderr.wait_for("at sleep")
        late = worker.start("add", {"a": 1, "b": 1}, remaining_us=1)
        worker.ping()
        worker.cancel(running)
        assert worker.work.next("failure").request_id == running
        failure = worker.work.next("failure")
        assert (failure.kind, failure.request_id, failure.started) == (wire.DEADLINE, late, False)
        assert "budget of 1 µs" in failure.message


@pytest.mark.usefixtures("both_carriers")
def test_async_tools_run_at_the_same_time_on_the_main_thread() -> None:
    with SiloWorker("adapters_async.Async", 2) as worker:
        worker.start("meet", {"mine": "a", "other": "b"})
        worker.start("meet", {"mine": "b", "other": "a"})
        assert {worker.work.next("result").value for _ in range(2)} == {b'"a"', b'"b"'}
        assert worker.result("on_main") is True
        assert worker.failure("leave").type == "SystemExit"
        assert worker.result("double", {"number": 1}) == 2


@pytest.mark.usefixtures("both_carriers")
def test_threads_run_tools_at_the_same_time() -> None:
    with SiloWorker("adapters_async.Threaded", 4, 3) as worker:
        for _ in range(3):
            worker.start("meet")
        assert [worker.work.next("result").value for _ in range(3)] == [b"false"] * 3
        assert worker.result("task") is True


@pytest.mark.usefixtures("both_carriers")
def test_an_answer_does_not_wait_behind_a_tool_that_takes_long_for_once() -> None:
    with SiloWorker("adapters.Plain", 2) as worker:
        for _ in range(3):  # known as brief from here on
            worker.result("nap", {"seconds": 0})
        frame = wire.ToWorker()
        execute(frame, 7001, "nap", {"seconds": 0})
        execute(frame, 7002, "nap", {"seconds": 60})
        worker.work.send(frame)
        assert worker.control.next("result").request_id == 7001
        worker.cancel(7002)
        assert worker.work.next("failure").request_id == 7002


@pytest.mark.usefixtures("both_carriers")
def test_an_answer_does_not_wait_behind_a_tool_that_is_not_known() -> None:
    with SiloWorker("adapters.Plain", 2) as worker:
        frame = wire.ToWorker()
        execute(frame, 7001, "add", {"a": 1, "b": 1})
        execute(frame, 7002, "nap", {"seconds": 60})
        worker.work.send(frame)
        assert worker.work.next("result").request_id == 7001
        worker.cancel(7002)
        assert worker.work.next("failure").request_id == 7002
