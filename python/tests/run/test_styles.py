"""Adapters written in each of the supported styles."""

from silo import SiloWorker


def test_module_functions_are_tools() -> None:
    with SiloWorker("module_tools") as worker:
        assert [tool.name for tool in worker.welcome.tools] == ["triple"]
        assert worker.result("triple", {"number": 4}) == 12


def test_execute_tool_answers_names_that_are_not_marked() -> None:
    with SiloWorker("adapters_styles:Dynamic") as worker:
        assert worker.welcome.dynamic_tools
        assert worker.result("known") == "known"
        assert worker.result("anything at all", {"x": 1}) == ["anything at all", {"x": 1}, 2]


def test_execute_tool_may_be_async() -> None:
    with SiloWorker("adapters_styles.AsyncDynamic") as worker:
        assert worker.result("whatever") == "whatever"


def test_async_tools_run_to_their_end() -> None:
    with SiloWorker("adapters_async.Async") as worker:
        assert worker.result("double", {"number": 21}) == 42
        assert worker.failure("fail").type == "LookupError"
        assert worker.failure("leave").type == "SystemExit"
        assert worker.result("on_main") is True


def test_hooks_run_around_each_request_and_cleanup_also_after_an_error() -> None:
    with SiloWorker("adapters_styles.Hooked") as worker:
        assert worker.failure("work", {"fail": True}, session_id="a").type == "ValueError"
        assert worker.result("work", {"fail": False}, session_id="b") == [
            *("session a", "initialize", "work", "cleanup"),
            *("session b", "initialize", "work"),
        ]
        assert "cleanup() raised RuntimeError" in worker.stderr.wait_for("cleanup is broken")


def test_hooks_may_be_async_around_plain_tools() -> None:
    with SiloWorker("adapters_styles.AsyncHooked") as worker:
        assert worker.result("work") == ["initialize"]
        assert worker.result("work") == ["initialize", "cleanup", "initialize"]
