"""What only the framed carrier has: who may connect, and what becomes of bytes that are no frames."""

import random
import socket
import stat
import struct
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from lines import LIMIT
from links import FramedLink, execute, framed, hello
from silo import SiloWorker, failed_start, first_line

from snakepit_bridge.codec import wire
from snakepit_bridge.link.framing import BrokenFrame, read_frames

_STRANGER = "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.recv(1))"


def listening(capacity: int = 1, attach: bool = False) -> SiloWorker:
    return SiloWorker("adapters_styles.Listens", capacity, by="framed", attach=attach, max_message_bytes=1_000_000)


def refusal(link: FramedLink) -> str:
    failure = link.next("failure")
    assert (failure.kind, failure.request_id, failure.started) == (wire.REFUSED, 0, False)
    assert link.next_raw("the end") is None
    message: str = failure.message
    return message


def test_the_work_socket_is_private_and_gone_once_the_silo_is_in() -> None:
    with listening() as worker:
        path = Path(f"{worker.socket}.w")
        assert worker.ready["work_endpoint"] == f"unix:{path}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        worker.attach()
        assert not path.exists()
        with socket.socket(socket.AF_UNIX) as second, pytest.raises(FileNotFoundError):
            second.connect(str(path))
        assert worker.result("ok") == 1


def test_a_worker_on_tcp_takes_its_work_by_grpc() -> None:
    with SiloWorker("adapters_styles.Listens", by="framed", tcp=True) as worker:
        assert "work_endpoint" not in worker.ready
        assert worker.result("ok") == 1


def test_a_path_without_room_for_the_work_socket_is_a_listen_failure(tmp_path: Path) -> None:
    path = str(tmp_path / "").ljust(106, "x")
    code, lines, _ = failed_start("adapters_styles.Listens", endpoint=f"unix:{path}", stdin=first_line(carrier="framed"))
    assert (code, lines[0]["phase"]) == (71, "listen")
    assert "has 108 bytes" in lines[0]["message"]


def test_another_process_gets_nothing_and_the_silo_still_gets_in() -> None:
    with listening() as worker:
        address = worker.ready["work_endpoint"].removeprefix("unix:")
        stranger = subprocess.run(
            [sys.executable, "-c", _STRANGER, address], capture_output=True, timeout=LIMIT, check=True
        )
        assert stranger.stdout == b"b''\n"
        worker.stderr.wait_for("is not the silo")
        worker.attach()
        assert worker.result("ok") == 1


def test_a_wrong_hello_is_told_why_and_the_silo_still_gets_in() -> None:
    with listening() as worker:
        assert "token" in refusal(worker.framed_link(hello(wire.STREAM_WORK, token="wrong")))
        assert "protocol" in refusal(worker.framed_link(hello(wire.STREAM_WORK, protocol=0)))
        assert "generation" in refusal(worker.framed_link(hello(wire.STREAM_WORK, generation=1)))
        assert "other endpoint" in refusal(worker.framed_link(hello(wire.STREAM_CONTROL)))
        assert "neither WORK nor CONTROL" in refusal(worker.framed_link(hello(5)))
        assert "Hello" in refusal(worker.framed_link(wire.ToWorker()))
        worker.attach()
        assert worker.result("ok") == 1


def test_control_opens_only_with_the_token_that_the_work_socket_gave_and_once() -> None:
    code = grpc.StatusCode
    with listening() as worker:
        work = worker.link(wire.STREAM_WORK)
        token = work.next("welcome").control_token
        tries = [
            (hello(wire.STREAM_CONTROL), code.UNAUTHENTICATED),
            (hello(wire.STREAM_CONTROL, token=""), code.UNAUTHENTICATED),
            (hello(wire.STREAM_WORK, token=token), code.FAILED_PRECONDITION),
            (hello(wire.STREAM_CONTROL, token=token), None),
            (hello(wire.STREAM_CONTROL, token=token), code.ALREADY_EXISTS),
        ]
        for first, expected in tries:
            answer = worker.grpc_link(first).next_raw("an answer")
            assert (answer.code() if isinstance(answer, grpc.RpcError) else None) == expected


def test_work_in_the_frame_of_the_hello_is_done() -> None:
    with listening() as worker:
        frame = hello(wire.STREAM_WORK)
        execute(frame, 9, "ok")
        link = worker.framed_link()
        for byte in framed(frame):  # also when it comes in pieces
            link.send_bytes(bytes([byte]))
        assert link.next("welcome").capacity == 1
        assert link.next("result").request_id == 9


@pytest.mark.parametrize("capacity", [1, 2])
@pytest.mark.parametrize(
    ("data", "part"),
    [
        (struct.pack("<I", 0xFFFFFFFF), "4294967295 bytes was announced; the limit is 2048576"),
        (struct.pack("<I", 4) + b"\xff\xff\xff\xff", "is no message"),
    ],
)
def test_what_is_no_frame_ends_the_stream_with_a_reason_and_then_the_worker(
    data: bytes, part: str, capacity: int
) -> None:
    with listening(capacity, attach=True) as worker:
        assert worker.result("ok") == 1
        assert isinstance(worker.work, FramedLink)
        worker.work.send_bytes(data)
        assert part in refusal(worker.work)
        worker.stderr.wait_for(part)
        assert worker.wait() == 0


@pytest.mark.parametrize("capacity", [1, 2])
@pytest.mark.parametrize(
    ("data", "part"),
    [
        (struct.pack("<I", 100) + b"half of", "93 bytes before the end"),
        (b"\x01", "ended after 1 of the 4 bytes"),
    ],
)
def test_a_silo_that_leaves_in_the_middle_of_a_frame_stops_the_worker(data: bytes, part: str, capacity: int) -> None:
    with listening(capacity, attach=True) as worker:
        assert isinstance(worker.work, FramedLink)
        worker.work.send_bytes(data)
        worker.work.close()
        assert worker.wait() == 0
        worker.stderr.wait_for(part)


def test_garbage_before_the_silo_does_no_harm() -> None:
    source = random.Random(20)
    with listening() as worker:
        address = worker.ready["work_endpoint"].removeprefix("unix:")
        for _ in range(2000):
            with socket.socket(socket.AF_UNIX) as stranger:
                stranger.connect(address)
                body = source.randbytes(source.randrange(40))
                size = len(body) if source.random() < 0.5 else source.randrange(1 << 32)
                stranger.sendall(struct.pack("<I", size) + body)
        unreadable = framed(hello(wire.STREAM_WORK)).replace(b"silo", b"\xff\xff\xff\xff")
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(address)
            stranger.sendall(unreadable)
        worker.attach()
        assert worker.result("ok") == 1


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_end_in_messages_or_in_a_broken_frame(seed: int) -> None:
    source, limit = random.Random(seed), 1000
    whole = hello(wire.STREAM_WORK)
    execute(whole, 1, "ok", {"a": "b"})
    good = framed(whole)
    for _ in range(1500):
        data = bytearray(good * source.randrange(1, 4) if source.random() < 0.8 else source.randbytes(60))
        for _ in range(source.randrange(4)):
            data[source.randrange(len(data))] = source.randrange(256)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(data[: source.randrange(len(data)) + 1])
            theirs.shutdown(socket.SHUT_WR)
            ours.settimeout(LIMIT)
            try:
                assert len(list(read_frames(ours, limit))) <= len(data) // 4
            except BrokenFrame:
                pass


@pytest.mark.parametrize("capacity", [1, 4])
def test_large_payloads_pass_both_ways(capacity: int) -> None:
    with SiloWorker("adapters.Plain", capacity, by="framed") as worker:
        value = "x" * 8_000_000
        assert worker.result("echo", {"value": value}) == value
        assert worker.result("echo", {"value": 1}) == 1


def test_a_result_beyond_the_limit_is_a_failure_and_the_worker_lives() -> None:
    with SiloWorker("adapters.Plain", by="framed", max_message_bytes=300_000) as worker:
        failure = worker.failure("echo", {"value": "x" * 299_000})
        assert (failure.kind, failure.started) == (wire.RESULT_NOT_ENCODABLE, True)
        assert worker.result("echo", {"value": 1}) == 1


@pytest.mark.parametrize("capacity", [1, 2])
def test_a_silo_that_hangs_up_before_control_stops_the_worker(capacity: int) -> None:
    with listening(capacity) as worker:
        link = worker.link(wire.STREAM_WORK)
        link.next("welcome")
        link.close()
        assert worker.wait() == 0


@pytest.mark.slow
def test_the_end_of_the_stream_is_seen_while_a_tool_runs() -> None:
    with SiloWorker("adapters.Plain", by="framed") as worker:
        worker.start("wait", {"how": "sleep"})
        worker.stderr.wait_for("at sleep")
        worker.work.close()
        assert worker.wait() == 143


def test_a_stop_before_the_silo_came_ends_the_worker() -> None:
    with listening() as worker:
        worker.process.terminate()
        assert worker.wait() == 0
        assert not Path(f"{worker.socket}.w").exists()
