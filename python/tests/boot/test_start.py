"""How a worker starts, and what it says when it cannot."""

import os
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest
from looking import until
from silo import SiloWorker, command, failed_start, first_line

from snakepit_bridge import __version__
from snakepit_bridge.boot.startup import BadStart, parse_arguments


def test_the_ready_line_is_the_only_line_on_stdout() -> None:
    with SiloWorker("adapters_styles.Listens") as worker:
        ready = worker.ready
        assert ready == {
            "ready": True,
            "endpoint": f"unix:{worker.socket}",
            "pid": worker.process.pid,
            "protocol": 1,
            "python": sys.version.split()[0],
            "bridge": __version__,
            "stacks": ready["stacks"],
        }
        assert stat.S_IMODE(worker.socket.stat().st_mode) == 0o600
        assert worker.stdout.all() == worker.stdout.seen
        assert len(worker.stdout.seen) == 1
        for text in ("printed while", "written while", "put by C while", "written to descriptor 1 while"):
            assert text in worker.stderr.wait_for(text)


def test_stacks_that_the_silo_asks_for_go_to_a_file_of_their_own() -> None:
    with SiloWorker("adapters_styles.Listens") as worker:
        file = Path(f"/proc/{worker.process.pid}/fd/{worker.ready['stacks']}")
        assert os.readlink(file) == "/memfd:snakepit-stacks (deleted)"
        for _ in range(2):
            os.truncate(file, 0)
            os.kill(worker.process.pid, signal.SIGRTMAX)
            until(lambda: "in _run_module_as_main" in file.read_text())
            assert file.read_text().startswith(("Thread 0x", "Current thread 0x"))  # no gap where the first ones were
        assert worker.result("ok") == 1
        assert "most recent call first" not in "".join(worker.stderr.seen)


def test_a_worker_can_listen_on_loopback_tcp() -> None:
    with SiloWorker("adapters_styles.Listens", tcp=True) as worker:
        assert worker.ready["endpoint"].startswith("tcp:127.0.0.1:")
        assert worker.result("ok") == 1


@pytest.mark.parametrize(
    ("adapter", "phase", "kind", "part"),
    [
        ("broken_import.Adapter", "import", "ModuleNotFoundError", "surely_not_installed_package"),
        ("adapters.Plane", "import", "AttributeError", "Did you mean 'Plain'?"),
        ("adapters_styles.NeedsArguments", "construct", "TypeError", "size"),
        ("adapters_styles.NoTools", "construct", "ValueError", "offers no tools"),
    ],
)
def test_a_broken_adapter_is_told_in_the_ready_line(adapter: str, phase: str, kind: str, part: str) -> None:
    code, lines, stderr = failed_start(adapter)
    assert code == 66
    assert [(line["ready"], line["phase"], line["type"]) for line in lines] == [(False, phase, kind)]
    assert part in lines[0]["message"]
    assert lines[0]["traceback"].strip() in stderr


@pytest.mark.parametrize(
    "endpoint", ["unix:/surely/not/here/w.sock", "tcp:0.0.0.0:0", "what", "unix:/" + "x" * 120]
)
def test_an_endpoint_that_cannot_be_bound_is_a_listen_failure(endpoint: str) -> None:
    code, lines, _ = failed_start("adapters_styles.Listens", endpoint=endpoint)
    assert (code, lines[0]["phase"]) == (71, "listen")
    assert endpoint.removeprefix("unix:") in lines[0]["message"]


@pytest.mark.parametrize("kind", ["file", "link", "socket"])
def test_a_socket_path_that_is_taken_is_a_listen_failure_and_stays_as_it_is(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "w.sock"
    if kind == "file":
        path.touch()
    elif kind == "link":
        path.symlink_to("/nowhere")
    else:
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
    before = path.lstat()
    code, lines, _ = failed_start("adapters_styles.Listens", endpoint=f"unix:{path}")
    assert (code, lines[0]["phase"]) == (71, "listen")
    assert f"'{path}' is taken" in lines[0]["message"]
    assert path.lstat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("stdin", "part"),
    [
        (b"", "stdin ended before its first line"),
        (b"what\n", "not JSON"),
        (b"[]\n", "must be a JSON object"),
        (b'{"silo_token": "s"}\n', "'worker_token'"),
        (first_line(0), "'capacity'"),
        (first_line(1, 1, max_message_bytes="1"), "'max_message_bytes'"),
    ],
)
def test_a_wrong_first_line_is_a_usage_error(stdin: bytes, part: str) -> None:
    code, lines, stderr = failed_start("adapters_styles.Listens", stdin=stdin)
    assert (code, lines[0]["phase"]) == (64, "settings")
    assert part in lines[0]["message"]
    assert part in stderr


def test_a_missing_command_line_argument_is_a_usage_error() -> None:
    code, lines, _ = failed_start("adapters_styles.Listens", drop="--pool")
    assert code == 64
    assert "--pool" in lines[0]["message"]


def test_arguments_of_the_adapter_are_its_own_whatever_they_look_like() -> None:
    theirs = ["--endpoint", "http://model", "--pool=x", "--slot", "no number", "--run-id", "--", "--gener", "2", "--"]
    place, extra = parse_arguments(command("adapters.Plain", "unix:/w.sock", *theirs)[3:])
    assert (place.endpoint, place.pool, place.slot, place.run_id) == ("unix:/w.sock", "p", 0, "r")
    assert extra == theirs


@pytest.mark.parametrize("stray", ["--gener", "--what", "what"])
def test_an_argument_that_nobody_knows_is_a_usage_error_before_the_mark(stray: str) -> None:
    known = command("adapters.Plain", "unix:/w.sock")[3:]
    with pytest.raises(BadStart, match=stray):
        parse_arguments([stray, *known])


def test_a_worker_whose_parent_is_already_gone_leaves_at_once() -> None:
    code, lines, _ = failed_start("adapters_styles.Listens", parent=1)
    assert (code, lines) == (70, [])


def test_the_traceback_of_a_broken_adapter_begins_in_its_own_file(tmp_path: Path) -> None:
    adapter = tmp_path / "broken_adapter.py"
    adapter.write_text("import a_module_that_is_not_there\n")
    code, lines, errors = failed_start("broken_adapter.Adapter", path=tmp_path)
    assert code == 66
    expected = (
        "Traceback (most recent call last):\n"
        f'  File "{adapter}", line 1, in <module>\n'
        "    import a_module_that_is_not_there\n"
        "ModuleNotFoundError: No module named 'a_module_that_is_not_there'\n"
    )
    assert lines[0]["traceback"] == expected
    assert expected.rstrip() in errors


def test_an_error_that_cannot_be_read_is_a_ready_line_too(tmp_path: Path) -> None:
    mute = "class Mute(Exception):\n    def __str__(self) -> str:\n        raise ValueError\n"
    Path(tmp_path, "mute_adapter.py").write_text(f"{mute}\nraise Mute\n")
    code, lines, _ = failed_start("mute_adapter.Adapter", path=tmp_path)
    assert (code, lines[0]["message"]) == (66, "mute_adapter.Mute (its message cannot be read)")


@pytest.mark.parametrize(
    ("broken", "part"),
    [
        ("raise ImportError('no grpc here')", "'grpcio' cannot be imported (no grpc here)"),
        ("__version__ = '1.40.0'", "'grpcio' is 1.40.0; at least 1.51 is needed"),
    ],
)
def test_a_missing_dependency_is_told_with_the_command_to_install(tmp_path: Path, broken: str, part: str) -> None:
    Path(tmp_path, "grpc.py").write_text(broken)
    code, lines, _ = failed_start("adapters_styles.Listens", path=tmp_path)
    assert (code, lines[0]["phase"]) == (69, "dependencies")
    assert part in lines[0]["message"]
    assert lines[0]["message"].endswith("-m pip install 'grpcio>=1.51' 'protobuf>=4.21'")


def test_a_missing_contract_is_told_with_the_command_to_make_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from snakepit_bridge.codec import wire

    monkeypatch.setattr(wire, "_FILE", tmp_path / "link.binpb")
    with pytest.raises(FileNotFoundError, match="protoc -I ../protos"):
        wire._load()
