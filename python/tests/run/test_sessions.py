"""What an adapter learns about the sessions of its calls."""

import pytest
from silo import SiloWorker

from snakepit_bridge.codec import wire

MOVES = {word: number for number, word in wire.SESSION_MOVES.items()}

_KINDS = pytest.mark.parametrize(("capacity", "threads"), [(1, 1), (2, 1), (2, 2)], ids=["inline", "batched", "queued"])


@pytest.mark.parametrize("move", ["new", "busy", "recycled", "worker_exited"])
def test_a_tool_sees_why_its_session_came_here(move: str) -> None:
    with SiloWorker("adapters_sessions.Counting") as worker:
        assert worker.result("count", session_id="s", session_moved=MOVES[move]) == [1, move]


@pytest.mark.usefixtures("both_carriers")
@_KINDS
def test_the_news_stays_until_a_tool_that_asked_for_it_has_succeeded(capacity: int, threads: int) -> None:
    with SiloWorker("adapters_sessions.Counting", capacity, threads) as worker:
        worker.result("look_away", session_id="s", session_moved=MOVES["recycled"])
        worker.failure("count", {"fail": True}, session_id="s")
        worker.start("items", {"fail": True}, session_id="s", stream=True, credit=4)
        worker.work.next("chunk")
        worker.work.next("failure")
        assert worker.result("count", session_id="s") == [2, "recycled"]
        assert worker.result("count", session_id="s") == [3, ""]
        assert worker.result("count", session_id="s", session_moved=MOVES["busy"]) == [4, "busy"]


def test_a_stream_that_has_asked_has_heard_when_it_ends() -> None:
    with SiloWorker("adapters_sessions.Counting") as worker:
        worker.start("items", session_id="s", session_moved=MOVES["busy"], stream=True, credit=4)
        assert worker.work.next("chunk").value == b'"busy"'
        worker.work.next("result")
        assert worker.result("count", session_id="s") == [1, ""]


def test_a_session_that_the_worker_does_not_know_is_new_whatever_the_silo_says() -> None:
    with SiloWorker("adapters_sessions.Counting") as worker:
        assert worker.result("count", session_id="s") == [1, "new"]


def test_without_a_session_nothing_has_moved() -> None:
    with SiloWorker("adapters_sessions.Counting") as worker:
        assert worker.result("count") == [1, ""]


def test_a_reason_of_a_later_version_means_that_nothing_is_here() -> None:
    with SiloWorker("adapters_sessions.Counting") as worker:
        assert worker.result("count", session_id="s", session_moved=99) == [1, "new"]


@pytest.mark.usefixtures("both_carriers")
@_KINDS
def test_every_session_is_told_before_the_worker_leaves(capacity: int, threads: int) -> None:
    with SiloWorker("adapters_sessions.Counting", capacity, threads) as worker:
        for session in ("b", "a", "bad", "", "b"):
            worker.result("count", session_id=session)
        worker.start("items", session_id="c", stream=True, credit=4)
        worker.work.next("chunk")
        worker.work.next("result")
        worker.drain()
        worker.control.next("drained")
        worker.stop()
        assert worker.wait() == 0
        worker.stderr.wait_for("at shutdown")
        worker.stderr.wait_for("end_session() raised for session 'bad'")
        told = [line for line in worker.stderr.seen if "at end of" in line or "at shutdown" in line]
        assert [line[line.index("at ") :] for line in told] == [
            *("at end of a after 1: test", "at end of b after 2: test", "at end of c after 0: test", "at shutdown"),
        ]


def test_ends_that_take_too_long_leave_time_for_the_shutdown() -> None:
    with SiloWorker("adapters_sessions.SlowEnds") as worker:
        for number in range(5):
            worker.result("look_away", session_id=f"s{number}")
        worker.stop()
        assert worker.wait() == 0
        worker.stderr.wait_for("sessions were not told of their end within 1.5 s")
        worker.stderr.wait_for("at shutdown")


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["StuckEnds", "AsyncStuckEnds"])
@_KINDS
def test_an_end_that_never_comes_is_interrupted_before_the_shutdown(
    adapter: str, capacity: int, threads: int
) -> None:
    with SiloWorker(f"adapters_sessions.{adapter}", capacity, threads) as worker:
        worker.result("look_away", session_id="s")
        worker.result("look_away", session_id="t")
        worker.stop()
        assert worker.wait() == 0
        worker.stderr.wait_for("end_session() was interrupted 1.5 s after the first of them for session 's'")
        worker.stderr.wait_for("1 of 2 sessions were not told of their end within 1.5 s")
        worker.stderr.wait_for("at shutdown")


def test_a_worker_that_is_only_told_to_stop_says_so() -> None:
    with SiloWorker("adapters_sessions.Counting") as worker:
        worker.result("count", session_id="s")
        worker.stop()
        assert worker.wait() == 0
        worker.stderr.wait_for("at end of s after 1: the worker stops")


@pytest.mark.usefixtures("both_carriers")
def test_an_async_end_runs_on_the_loop_of_the_tools() -> None:
    with SiloWorker("adapters_sessions.AsyncCounting") as worker:
        assert worker.result("count", session_id="s") == "s"
        worker.stop()
        assert worker.wait() == 0
        worker.stderr.wait_for("at end of s on the same loop")
