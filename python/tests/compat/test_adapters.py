"""Adapters of the Elixir system, unchanged, in real workers."""

from collections.abc import Iterator
from typing import Any

import pytest
from silo import SiloWorker
from streams import Stream

from snakepit_bridge.codec import wire

MARKER = {"__ffi_unserializable__": True, "__type__": "elixir_showcase.Response"}


@pytest.fixture(scope="module")
def showcase() -> Iterator[SiloWorker]:
    with SiloWorker("elixir_showcase.Showcase") as worker:
        yield worker


@pytest.mark.parametrize(
    ("tool", "arguments", "result"),
    [
        ("echo", {"a": 1, "context": "any"}, {"echoed": {"a": 1, "context": "any"}}),
        ("add", {"a": 2, "b": 0.5}, 2.5),
        ("answer", {"question": "who?", "context": "me"}, "who? me"),
        ("later", {"value": 1}, 2),
        ("where", {}, "MainThread"),
        ("values", {}, {"response": MARKER, "second": {"kind": "second"}, "listed": [1, 2], "last": 1}),
    ],
)
def test_the_showcases_tools_run(showcase: SiloWorker, tool: str, arguments: Any, result: Any) -> None:
    assert showcase.result(tool, arguments) == result


def test_the_showcase_is_told_of_session_metadata_and_correlation(showcase: SiloWorker) -> None:
    counted = [showcase.result("count", session_id="s", metadata={"tenant": "acme"}) for _ in range(2)]
    assert counted[1] == {"session": "s", "count": 2, "metadata": {"tenant": "acme"}}
    assert showcase.result("watched", correlation_id="c-1") == {"enabled": True, "correlation_id": "c-1"}


def test_the_showcase_knows_its_tools(showcase: SiloWorker) -> None:
    names = ["add", "answer", "call_host", "get_stats", "host_tools", "later", "stream_data", "where"]
    assert sorted(tool.name for tool in showcase.welcome.tools) == names
    assert showcase.result("get_stats", session_id="s") == {
        "registered_tools": len(names),
        "session_id": "s",
        "names": [*names, "execute_tool"],
    }


def test_the_showcases_items_are_unwrapped(showcase: SiloWorker) -> None:
    stream = Stream(showcase, "stream_data", {"count": 2})
    assert stream.items(2) == [{"index": 1, "total": 2}, {"index": 2, "total": 2}]
    stream.end()


@pytest.mark.parametrize(("tool", "name"), [("call_host", "call_elixir_tool('validate')"), ("host_tools", "session_context.elixir_tools")])
def test_what_is_not_there_says_so(showcase: SiloWorker, tool: str, name: str) -> None:
    failure = showcase.failure(tool, {"tool_name": "validate"} if tool == "call_host" else {})
    assert (failure.kind, failure.type) == (wire.TOOL_RAISED, "NotImplementedError")
    assert failure.message == (
        f"{name} is not available in Snakepit.Orleans: "
        "Python cannot call functions of the host yet. Pass their results to the tool as arguments."
    )


def test_an_unknown_name_is_the_adapters_own_error(showcase: SiloWorker) -> None:
    assert showcase.failure("nothing").message == "Showcase has no tool 'nothing'."


def test_the_template_runs_between_its_async_hooks() -> None:
    with SiloWorker("elixir_adapters.Template") as worker:
        for session in ("a", "b"):
            assert worker.result("state", session_id=session) == {"initialized": True, "same": True, "session": session}
            worker.stderr.wait_for(f"cleaned up for session {session}")
        assert worker.failure("other").type == "NotImplementedError"


@pytest.mark.parametrize("capacity", [1, 2])
def test_execute_tool_is_called_by_keyword_and_its_coroutine_awaited(capacity: int) -> None:
    with SiloWorker("elixir_adapters.KeywordOnly", capacity) as worker:
        assert worker.result("any", {"x": 1}) == {"tool": "any", "x": 1}
        number = worker.start("block")
        worker.stderr.wait_for("at block")
        worker.cancel(number)
        assert worker.work.next("failure").kind == wire.CANCELLED
        assert worker.result("any") == {"tool": "any"}


def test_each_request_has_an_adapter_of_its_own() -> None:
    with SiloWorker("elixir_adapters.Resource") as worker:
        assert worker.result("use") == {"open": True, "log": ["use"], "requests": 1}
        assert worker.failure("use", {"fail": True}).type == "ValueError"
        assert worker.result("use") == {"open": True, "log": ["use"], "requests": 3}
        assert worker.failure("use", {"wrong": 1}).kind == wire.INVALID_ARGUMENTS
        assert worker.result("use")["requests"] == 4


def test_a_constructor_that_fails_later_is_the_requests_error() -> None:
    with SiloWorker("elixir_adapters.BrokenLater") as worker:
        assert worker.result("use") == 1
        failure = worker.failure("use")
        assert (failure.kind, failure.type, failure.message) == (wire.TOOL_RAISED, "OSError", "no second one")
        assert worker.failure("use").type == "OSError"


def test_the_guides_snippets_run() -> None:
    with SiloWorker("elixir_adapters.Guide") as worker:
        assert worker.result("echo", {"message": "hi"}) == "Echo: hi"
        assert worker.result("get_session_info", session_id="s") == {"session_id": "s", "metadata": {}}
        assert worker.result("predict", {"input_data": {"features": [1, 2]}}) == {"prediction": [2, 4]}
        stream = Stream(worker, "long_operation")
        assert stream.items(3) == [{"progress": 50.0}, {"progress": 100.0}, {"status": "complete"}]
        stream.end()
        stream = Stream(worker, "plain_items")
        assert stream.items(1) == [{"data": 1, "is_final": True}]
        stream.end()


def test_a_threaded_adapter_counts_under_one_lock() -> None:
    with SiloWorker("elixir_adapters.Threaded", capacity=4, threads=4) as worker:
        for _ in range(5):
            for _ in range(4):
                worker.start("count")
            answers = [worker.work.next("result").value for _ in range(4)]
            assert all(b'"log":["count"]' in answer for answer in answers)
        statistics = worker.result("statistics")
        assert statistics["shared"] == 20
        tracker = statistics["tracker"]
        assert (statistics["adapter_class"], tracker["total_requests"], tracker["total_active_requests"]) == ("Threaded", 21, 1)
