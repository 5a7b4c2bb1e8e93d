"""A worker whose pool has the profile ``thread``."""

import logging
import sys
import sysconfig

import pytest
from adapters_threads import PARTIES
from silo import SiloWorker, failed_start, first_line

from snakepit_bridge.boot.threads import shorten_turns, tell_of_interpreter
from snakepit_bridge.codec import wire


@pytest.mark.usefixtures("both_carriers")
def test_sixteen_tools_run_at_once_and_hold_up_neither_control_nor_a_coroutine() -> None:
    with SiloWorker("adapters_threads.WithAsync", PARTIES, PARTIES) as worker:
        for _ in range(PARTIES - 1):
            worker.start("meet")
            worker.stderr.wait_for("at the meeting")
        worker.ping()
        assert worker.result("double", {"number": 4}) == 8
        worker.start("meet")
        answers = [worker.work.next("result").value for _ in range(PARTIES)]
        assert sorted(map(int, answers)) == list(range(PARTIES))


@pytest.mark.usefixtures("both_carriers")
def test_an_answer_does_not_wait_for_a_slow_tool_on_another_thread() -> None:
    with SiloWorker("adapters_threads.Plain", PARTIES, PARTIES) as worker:
        slow = [worker.start("meet") for _ in range(PARTIES - 1)]
        for _ in range(20):
            assert worker.result("name").startswith("snakepit-tool-")
        worker.start("meet")
        assert {worker.work.next("result").request_id for _ in range(PARTIES)} >= set(slow)


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize(
    ("adapter", "thread"), [("Plain", "MainThread"), ("WithAsync", "snakepit-sensitive")]
)
def test_thread_sensitive_tools_run_one_after_the_other_on_one_thread(adapter: str, thread: str) -> None:
    with SiloWorker(f"adapters_threads.{adapter}", PARTIES, PARTIES) as worker:
        alone = {worker.start("alone") for _ in range(4)}
        worker.stderr.wait_for("at the gate")
        assert worker.result("name").startswith("snakepit-tool-")
        opening = worker.start("open")
        answers = [worker.work.next("result") for _ in range(5)]
        assert {answer.request_id for answer in answers} == alone | {opening}
        assert [answer.value for answer in answers if answer.request_id in alone] == [f'["{thread}",1]'.encode()] * 4


def test_a_thread_sensitive_tool_on_the_main_thread_is_stopped_out_of_its_sleep() -> None:
    with SiloWorker("adapters_threads.Plain", PARTIES, PARTIES) as worker:
        number = worker.start("sleep")
        worker.stderr.wait_for("at sleep")
        worker.cancel(number)
        assert worker.work.next("failure").kind == wire.CANCELLED
        assert worker.control.next("cancel_acknowledged").was_running


def test_a_thread_sensitive_tool_that_waits_is_dropped_by_its_cancel() -> None:
    with SiloWorker("adapters_threads.Plain", PARTIES, PARTIES) as worker:
        running = worker.start("sleep")
        worker.stderr.wait_for("at sleep")
        waiting = worker.start("sleep")
        worker.ping()
        assert worker.result("name").startswith("snakepit-tool-")  # so the request before it has been taken
        worker.cancel(waiting)
        failure = worker.work.next("failure")
        assert (failure.request_id, failure.kind, failure.started) == (waiting, wire.CANCELLED, False)
        worker.cancel(running)
        assert worker.work.next("failure").request_id == running


def test_cancels_at_any_moment_hit_their_own_request_only_and_no_thread_is_lost() -> None:
    """Some cancels come before the tool, some in it, some while its result is on the way."""
    with SiloWorker("adapters_threads.Plain", PARTIES, PARTIES) as worker:
        for round in range(150):
            unharmed = worker.start("count", {"to": 20 * round})
            victims = [worker.start("count", {"to": 2000 * round}) for _ in range(3)]
            for victim in victims:
                worker.cancel(victim)
            answers = [worker.work.next_raw("answer") for _ in range(4)]
            bodies = [item.failure if item.HasField("failure") else item.result for item in answers]
            assert {body.request_id for body in bodies} == {unharmed, *victims}
            assert unharmed not in [item.failure.request_id for item in answers]
            assert {item.failure.kind for item in answers if item.HasField("failure")} <= {wire.CANCELLED}
            assert {worker.control.next("cancel_acknowledged").request_id for _ in victims} == set(victims)
        for _ in range(PARTIES):
            worker.start("meet")
        assert len([worker.work.next("result") for _ in range(PARTIES)]) == PARTIES


def test_a_coroutine_that_is_thread_sensitive_stays_on_the_loops_thread() -> None:
    with SiloWorker("adapters_threads.WithAsync", 4, 4) as worker:
        assert worker.result("where") == "MainThread"


def test_a_worker_with_threads_stops_gracefully() -> None:
    for adapter in ("Plain", "WithAsync"):
        with SiloWorker(f"adapters_threads.{adapter}", 4, 4) as worker:
            assert worker.result("name").startswith("snakepit-tool-")
            worker.stop()
            assert worker.wait() == 0


def test_an_adapter_that_does_not_say_that_it_is_safe_is_refused_in_one_sentence() -> None:
    code, lines, _ = failed_start("adapters.Plain", stdin=first_line(16, 16))
    assert (code, lines[0]["phase"]) == (66, "construct")
    assert lines[0]["message"] == (
        "Adapter 'adapters.Plain' does not declare __thread_safe__ = True, which ThreadsPerWorker 16 needs: declare it if several "
        "threads may run its code at once, or set the pool's WorkerProfile to process."
    )


def test_an_asynchronous_hook_around_plain_tools_is_refused_because_it_would_make_them_take_turns() -> None:
    code, lines, _ = failed_start("adapters_threads.AsyncHook", stdin=first_line(16, 16))
    assert (code, lines[0]["phase"]) == (66, "construct")
    assert lines[0]["message"].startswith("Adapter 'adapters_threads.AsyncHook' has an asynchronous initialize()")
    with SiloWorker("adapters_threads.AllAsync", 4, 4) as worker:
        assert worker.result("name") == "async"


def test_threads_that_compute_share_the_turn_of_one_unless_the_adapter_has_set_turns_itself() -> None:
    before = sys.getswitchinterval()
    try:
        shorten_turns(1)
        assert sys.getswitchinterval() == before
        shorten_turns(16)
        assert sys.getswitchinterval() == pytest.approx(before / 16, rel=0.01)
        sys.setswitchinterval(before)
        shorten_turns(256)
        assert sys.getswitchinterval() == pytest.approx(0.0001)
        sys.setswitchinterval(0.001)
        shorten_turns(16)
        assert sys.getswitchinterval() == pytest.approx(0.001)
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize(
    ("locked", "level", "words"), [(False, "INFO", "run Python code at the same time"), (True, "WARNING", "take turns in Python code")]
)
def test_a_free_threaded_interpreter_is_told(
    locked: bool, level: str, words: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: 1 if name == "Py_GIL_DISABLED" else None)
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: locked, raising=False)
    tell_of_interpreter(1)
    assert caplog.records == []
    tell_of_interpreter(16)
    assert [record.levelname for record in caplog.records] == [level]
    assert f"16 threads {words}" in caplog.text
