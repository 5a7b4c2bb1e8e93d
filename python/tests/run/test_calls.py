"""Calling tools in a real worker of capacity 1."""

import json

import pytest
from silo import SiloWorker

from snakepit_bridge.codec import wire


def test_a_bare_tool_is_called_with_its_arguments(plain: SiloWorker) -> None:
    assert plain.result("add", {"a": 1, "b": 2.5}) == 3.5


def test_a_tool_with_details_has_its_name_and_its_defaults(plain: SiloWorker) -> None:
    assert plain.result("greet", {"loud": True}) == "hello you!"


def test_empty_arguments_count_as_an_empty_object(plain: SiloWorker) -> None:
    assert plain.result("greet", b"") == "hello you"


def test_the_welcome_describes_the_tools(plain: SiloWorker) -> None:
    tools = {tool.name: tool for tool in plain.welcome.tools}
    add, greet = tools["add"], tools["greet"]
    assert (add.description, add.documentation) == ("Adds two numbers.", "Adds two numbers.\n\nNot shown.")
    assert (add.signature, add.is_async, add.idempotent) == ("(a: float, b: float) -> float", False, False)
    assert json.loads(add.arguments_schema) == {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    assert json.loads(add.result_schema) == {"type": "number"}
    assert (greet.description, greet.signature) == ("Greets.", "(name: str = 'you', loud: bool = False) -> str")
    assert (greet.supports_streaming, greet.stream_only, greet.idempotent) == (True, False, True)
    assert json.loads(tools["anything"].arguments_schema)["additionalProperties"] is True
    assert tools["about"].signature == "() -> Any"
    assert not plain.welcome.dynamic_tools
    assert plain.welcome.worker_token == "the worker's token"
    assert plain.welcome.pid == plain.process.pid


def test_the_context_tells_about_the_request(plain: SiloWorker) -> None:
    number = plain.start(
        "about",
        remaining_us=30_000_000,
        session_id="s",
        correlation_id="c",
        traceparent="t",
        attachments={"file": b"content"},
    )
    about = json.loads(plain.work.next("result").value)
    assert 20 < about.pop("remaining") < 30
    assert about == {
        "same": True,
        "request_id": number,
        "attempt": 1,
        "session_id": "s",
        "correlation_id": "c",
        "traceparent": "t",
        "attachments": {"file": "content"},
        "cancelled": False,
        "main": True,
    }
    line = json.loads(plain.stderr.wait_for(f'"from user code", "request_id": {number}'))
    assert (line["level"], line["logger"], line["message"]) == ("error", "user", "from user code")
    assert json.loads(plain.stderr.wait_for(f'"from the tool", "request_id": {number}'))["level"] == "warning"


def test_metadata_is_a_read_only_mapping(plain: SiloWorker) -> None:
    assert plain.result("metadata", metadata={"tenant": "acme", "where": "Köln"}) == {"tenant": "acme", "where": "Köln"}
    assert plain.result("metadata") == {}


def test_attachments_arrive_as_bytes_under_their_names(plain: SiloWorker) -> None:
    assert plain.result("anything", {"a": 1}, attachments={"b": b"two"}) == {"a": 1, "b": "two"}


def test_an_attachment_with_the_name_of_an_argument_is_refused(plain: SiloWorker) -> None:
    failure = plain.failure("anything", {"a": 1}, attachments={"a": b"two"})
    assert failure.kind == wire.INVALID_ARGUMENTS
    assert "got 'a' twice" in failure.message


def test_an_unknown_tool_is_answered_with_the_known_ones(plain: SiloWorker) -> None:
    failure = plain.failure("ad")
    assert failure.kind == wire.UNKNOWN_TOOL
    assert "There is no tool 'ad'. Did you mean 'add'? Known tools: about, add, " in failure.message
    assert not failure.started


def test_wrong_arguments_are_answered_with_the_signature(plain: SiloWorker) -> None:
    failure = plain.failure("add", {"a": 1, "c": 2})
    assert failure.kind == wire.INVALID_ARGUMENTS
    assert failure.message == (
        "Tool 'add' cannot take these arguments: missing 'b', unexpected 'c'. It takes (a: float, b: float)."
    )
    assert not failure.started


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (b"[1]", "not an array"),
        (b"null", "not null"),
        (b"{", "not valid JSON"),
        (b'{"a": NaN, "b": 1}', "NaN is not JSON"),
        (b"\xff", "not valid JSON"),
    ],
)
def test_arguments_that_are_no_json_object_are_refused(plain: SiloWorker, arguments: bytes, part: str) -> None:
    failure = plain.failure("add", arguments)
    assert failure.kind == wire.INVALID_ARGUMENTS
    assert part in failure.message


def test_a_raising_tool_is_answered_with_the_users_frames_only(plain: SiloWorker) -> None:
    failure = plain.failure("fail", {"how": "value"})
    assert (failure.kind, failure.started) == (wire.TOOL_RAISED, True)
    assert (failure.type, failure.message) == ("ValueError", "no good")
    frames = [line for line in failure.traceback.splitlines() if line.startswith("  File")]
    assert len(frames) == 1
    assert "adapters.py" in frames[0]


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ("exit", "SystemExit", "goodbye"),
        ("interrupt", "KeyboardInterrupt", ""),
        ("own", "waiting.OwnError", "mine \\ud800"),
        ("text", "adapters.Unreadable", "adapters.Unreadable (its message cannot be read)"),
    ],
)
def test_nothing_that_a_tool_raises_ends_the_worker(plain: SiloWorker, how: str, kind: str, message: str) -> None:
    failure = plain.failure("fail", {"how": how})
    assert (failure.kind, failure.type, failure.message) == (wire.TOOL_RAISED, kind, message)
    assert plain.result("add", {"a": 1, "b": 1}) == 2


def test_a_returned_generator_asks_for_a_stream(plain: SiloWorker) -> None:
    failure = plain.failure("give", {"what": "generator"})
    assert (failure.kind, failure.message) == (wire.INVALID_ARGUMENTS, "Tool 'give' streams; call it as a stream.")


def test_a_generator_tool_is_not_started_by_a_plain_call(plain: SiloWorker) -> None:
    failure = plain.failure("counts")
    assert (failure.message, failure.started) == ("Tool 'counts' streams; call it as a stream.", False)


def test_a_request_for_another_generation_is_refused(plain: SiloWorker) -> None:
    frame = wire.ToWorker()
    body = frame.items.add().execute
    body.generation, body.request_id, body.tool = 99, 4711, "add"
    plain.work.send(frame)
    failure = plain.work.next("failure")
    assert (failure.kind, failure.generation, failure.request_id, failure.started) == (wire.REFUSED, 99, 4711, False)


def test_prints_from_python_and_from_c_stay_off_stdout(plain: SiloWorker) -> None:
    assert plain.result("add_c") == 1
    plain.stderr.wait_for("put by C in a tool")
    assert len(plain.stdout.seen) == 1


def test_unknown_command_line_arguments_belong_to_the_adapter(plain: SiloWorker) -> None:
    assert plain.result("arguments") == ["--mine", "7"]


def test_a_tool_that_reads_stdin_finds_it_empty(plain: SiloWorker) -> None:
    assert plain.result("read_stdin") == ""


def test_children_may_be_forked_and_terminated(plain: SiloWorker) -> None:
    assert plain.result("fork_and_end") == 15
    assert plain.result("add", {"a": 1, "b": 1}) == 2


def test_times_are_reported(plain: SiloWorker) -> None:
    body = plain.result_body("add", {"a": 1, "b": 1})
    assert 0 <= body.wait_us < 60_000_000
    assert 0 < body.python_us < 60_000_000


def test_a_recycle_request_reaches_the_silo(plain: SiloWorker) -> None:
    assert plain.result("recycle") is None
    assert plain.control.next("recycle_request").reason == "leaks"
