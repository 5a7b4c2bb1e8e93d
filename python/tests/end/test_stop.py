"""How a worker ends: asked, abandoned, or with its parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lines import LIMIT
from silo import ENVIRONMENT, SiloWorker, command, first_line

from snakepit_bridge.codec import wire

_PARENT = """
import os, subprocess, sys
command = [part.replace("PARENT", str(os.getpid())) for part in sys.argv[1:]]
worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=sys.stdout, stderr=sys.stderr)
worker.stdin.write(sys.stdin.buffer.readline())
worker.stdin.flush()
sys.stdin.read()
"""


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("capacity", [1, 2])
def test_sigterm_lets_the_running_request_finish_and_shuts_the_adapter_down(gates: Path, capacity: int) -> None:
    os.mkfifo(gates / "g")
    with SiloWorker("adapters_async.Gated", capacity, 1, str(gates)) as worker:
        worker.start("gate", {"name": "g"})
        worker.stderr.wait_for("at gate g")
        worker.stop()
        (gates / "g").write_text("finished")
        assert worker.work.next("result").value == b'"finished"'
        assert worker.wait() == 0
        worker.stderr.wait_for("at shutdown")
        assert not worker.socket.exists()


@pytest.mark.usefixtures("both_carriers")
def test_sigterm_refuses_what_has_not_started(gates: Path) -> None:
    os.mkfifo(gates / "g")
    with SiloWorker("adapters_async.Gated", 2, 1, str(gates)) as worker:
        worker.start("gate", {"name": "g"})
        worker.stderr.wait_for("at gate g")
        waiting = worker.start("name", {"name": "x"})
        worker.stop()
        failure = worker.control.next("failure")
        assert (failure.request_id, failure.started) == (waiting, False)
        (gates / "g").write_text("finished")
        assert worker.work.next("result").value == b'"finished"'
        assert worker.wait() == 0


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("adapter", ["adapters.Plain", "adapters_async.Async", "adapters_async.Threaded"])
@pytest.mark.parametrize("capacity", [1, 2])
def test_sigterm_refuses_what_the_silo_sent_before_it_heard(adapter: str, capacity: int) -> None:
    with SiloWorker(adapter, capacity) as worker:
        worker.process.send_signal(signal.SIGTERM)
        worker.control.next("leaving")
        sent = worker.start("add", {"a": 1, "b": 2})
        worker.send_no_more()
        # The loop of plain tools refuses on the other stream, because its writer may be running a tool.
        answers = worker.control if (adapter, capacity) == ("adapters.Plain", 2) else worker.work
        failure = answers.next("failure")
        assert (failure.request_id, failure.started, failure.kind) == (sent, False, wire.REFUSED)
        assert worker.wait() == 0


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("adapter", ["adapters_async.Async", "adapters_styles.Listens", "adapters_async.Threaded"])
@pytest.mark.parametrize("capacity", [1, 2])
def test_an_idle_worker_stops_at_once(adapter: str, capacity: int) -> None:
    with SiloWorker(adapter, capacity) as worker:
        worker.stop()
        assert worker.wait() == 0
        if adapter == "adapters_async.Async":
            worker.stderr.wait_for("at async shutdown")


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.slow
def test_a_tool_that_does_not_end_is_left_behind_in_time() -> None:
    with SiloWorker("adapters.Plain") as worker:
        worker.start("wait", {"how": "sleep"})
        worker.stderr.wait_for("at sleep")
        worker.stop()
        assert worker.wait() == 143
        assert not worker.socket.exists()


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.slow
def test_a_shutdown_that_does_not_end_is_left_behind_in_time() -> None:
    with SiloWorker("adapters_async.SlowShutdown") as worker:
        worker.stop()
        worker.stderr.wait_for("at slow shutdown")
        assert worker.wait() == 143


def test_sigint_is_ignored(plain: SiloWorker) -> None:
    plain.process.send_signal(signal.SIGINT)
    assert plain.result("add", {"a": 1, "b": 1}) == 2


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("capacity", [1, 2])
def test_the_end_of_the_work_stream_stops_the_worker(capacity: int) -> None:
    with SiloWorker("adapters_async.Gated", capacity) as worker:
        worker.work.close()
        assert worker.wait() == 0
        worker.stderr.wait_for("at shutdown")


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("capacity", [1, 2])
def test_the_end_of_the_work_stream_waits_for_the_running_tool(gates: Path, capacity: int) -> None:
    os.mkfifo(gates / "g")
    with SiloWorker("adapters_async.Gated", capacity, 1, str(gates)) as worker:
        worker.start("gate", {"name": "g"})
        worker.stderr.wait_for("at gate g")
        worker.work.close()
        (gates / "g").write_text("nobody reads this")
        assert worker.wait() == 0
        worker.stderr.wait_for("at shutdown")


@pytest.mark.usefixtures("both_carriers")
def test_the_end_of_stdin_ends_the_worker_and_its_children() -> None:
    with SiloWorker("adapters.Plain") as worker:
        child = worker.result("start_child")
        pidfd = os.pidfd_open(child)
        try:
            assert worker.process.stdin is not None
            worker.process.stdin.close()
            assert worker.wait() == -signal.SIGKILL
            assert ended(pidfd), f"child {child} outlived its worker for {LIMIT} s"
            assert not worker.socket.exists()
        finally:
            os.close(pidfd)


def test_stacks_are_dumped_on_request(plain: SiloWorker) -> None:
    plain.process.send_signal(signal.SIGUSR2)
    assert "most recent call first" in plain.stderr.wait_for("Current thread")
    assert plain.result("add", {"a": 1, "b": 1}) == 2


def test_a_killed_parent_takes_a_worker_along_that_holds_the_interpreter_lock(tmp_path: Path) -> None:
    sleeper = "import ctypes, sys; print('holding', file=sys.stderr, flush=True); ctypes.PyDLL(None).sleep(60)"
    Path(tmp_path, "holding.py").write_text(sleeper)
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{ENVIRONMENT['PYTHONPATH']}{os.pathsep}{tmp_path}"}
    line = command("holding", "tcp:127.0.0.1:0")
    line[line.index("--parent-pid") + 1] = "PARENT"
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, *line],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment,
    ) as parent:  # fmt: skip
        assert parent.stdin is not None and parent.stderr is not None
        parent.stdin.write(first_line())
        parent.stdin.flush()
        first = parent.stderr.readline()
        assert b"holding" in first, parent.communicate(timeout=1)
        parent.kill()
        # The worker holds the other end of this pipe: it is closed when the worker is gone.
        assert parent.communicate(timeout=LIMIT)[1] == b""


def ended(pidfd: int) -> bool:
    import select

    return bool(select.select([pidfd], [], [], LIMIT)[0])
