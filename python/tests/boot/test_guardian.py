"""What a worker has started goes with it, however the worker ends; and what sees to that is never in the way."""

import os
import select
import signal
import uuid
from pathlib import Path

import pytest
from lines import LIMIT
from looking import until
from silo import ENVIRONMENT, SiloWorker


@pytest.fixture(autouse=True)
def marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "SNAKEPIT_RUN_ID", uuid.uuid4().hex)
    monkeypatch.setitem(ENVIRONMENT, "SNAKEPIT_WORKER", "p@s#0.1")


@pytest.mark.parametrize("child", [{}, {"apart": True}, {"bare": True}], ids=["group", "own session", "no environment"])
def test_a_killed_worker_takes_its_children_along(child: dict[str, bool]) -> None:
    with SiloWorker("adapters.Plain") as worker:
        left = os.pidfd_open(worker.result("start_child", child))
        try:
            worker.process.kill()
            assert _ended(left)
        finally:
            os.close(left)


def test_the_guardian_leaves_with_its_worker() -> None:
    with SiloWorker("adapters.Plain") as worker:
        guardian = os.pidfd_open(_guardian(worker))
        try:
            worker.process.kill()
            assert _ended(guardian)
        finally:
            os.close(guardian)


def test_the_guardian_stays_when_its_worker_is_asked_to_leave_with_the_group() -> None:
    with SiloWorker("adapters_async.Threaded") as worker:
        guardian = _guardian(worker)
        os.kill(guardian, signal.SIGTERM)
        worker.ping()
        assert _guardian(worker) == guardian


def test_the_guardian_is_no_child_of_the_worker() -> None:
    with SiloWorker("adapters.Plain") as worker:
        assert worker.result("ended_child") == "no child at all"


def test_the_guardian_holds_no_stream_of_the_worker() -> None:
    with SiloWorker("adapters.Plain") as worker:
        folder = Path(f"/proc/{_guardian(worker)}/fd")
        until(lambda: {os.readlink(fd) for fd in folder.iterdir()} == {"/dev/null", "anon_inode:[pidfd]"})


def test_the_guardian_is_not_taken_for_a_worker() -> None:
    with SiloWorker("adapters.Plain") as worker:
        line = Path(f"/proc/{_guardian(worker)}/cmdline").read_bytes().rstrip(b"\0")
        assert line == b"snakepit-guard of %d" % worker.process.pid


def _guardian(worker: SiloWorker) -> int:
    """The only other process of a fresh worker's session, once it has found its place."""
    found: list[int] = []

    def seen() -> bool:
        found[:] = [pid for pid in _session(worker.process.pid) if pid != worker.process.pid]
        return len(found) == 1 and b"snakepit-guard of" in Path(f"/proc/{found[0]}/cmdline").read_bytes()

    until(seen)
    return found[0]


def _session(leader: int) -> list[int]:
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == leader:
                members.append(int(folder.name))
        except ProcessLookupError:
            continue
    return members


def _ended(pidfd: int) -> bool:
    return bool(select.select([pidfd], [], [], LIMIT)[0])
