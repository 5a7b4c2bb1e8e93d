"""The names that adapters of the Elixir system import, without a worker."""

import asyncio
import json
import logging
import threading
from types import ModuleType
from typing import Any

import pytest

import snakepit_bridge
from snakepit_bridge import (
    HeartbeatClient,
    HeartbeatConfig,
    SessionContext,
    ZeroCopyRef,
    base_adapter_threaded,
    configure_logging,
    get_logger,
    telemetry,
    thread_safety_checker,
)
from snakepit_bridge.base_adapter import BaseAdapter, ToolMetadata, tool
from snakepit_bridge.base_adapter_threaded import require_thread_safe, validate_thread_safety
from snakepit_bridge.run.telemetry import Event
from snakepit_bridge.serialization import GracefulJSONEncoder, TypeSerializer
from snakepit_bridge.thread_safety_checker import (
    ThreadSafetyChecker,
    check_common_pitfalls,
    check_thread_safe,
    disable_checking,
    enable_checking,
    get_global_checker,
    validate_adapter_thread_safety,
)


class Adapter(BaseAdapter):
    @tool("Adds", True, ["key"])
    def add(self, a: int, b: int = 2) -> int:
        return a + b

    @tool(description="Waits")
    async def wait(self) -> str:
        return "done"

    @tool
    def bare(self) -> None:
        """From the text."""


def test_every_name_of_the_root_is_there() -> None:
    assert [name for name in snakepit_bridge.__all__ if not hasattr(snakepit_bridge, name)] == []


@pytest.mark.parametrize("module", [base_adapter_threaded, thread_safety_checker])
def test_the_root_has_every_name_for_threads(module: ModuleType) -> None:
    names = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    assert {name: getattr(snakepit_bridge, name, None) for name in names} == names
    assert names.keys() <= set(snakepit_bridge.__all__)


def test_a_tool_keeps_what_it_was_marked_with() -> None:
    marked: Any = Adapter.add
    assert marked._tool_metadata == ToolMetadata("Adds", True, [], ["key"])
    bare: Any = Adapter.bare
    assert bare._tool_metadata == ToolMetadata("From the text.")


def test_a_description_may_not_be_given_twice() -> None:
    with pytest.raises(TypeError, match="its description twice"):
        tool("one", description="two")


def test_an_adapter_lists_and_calls_its_own_tools() -> None:
    adapter = Adapter()
    add = adapter.get_tools()[0]
    assert (add.name, add.description, add.supports_streaming) == ("add", "Adds", True)
    assert [(one.name, one.type, one.required) for one in add.parameters] == [("a", "int", True), ("b", "int", False)]
    assert json.loads(add.parameters[1].validation_json) == {"default": 2}
    assert add.metadata["required_variables"] == "key"
    assert adapter.register_with_session("s") == asyncio.run(adapter.register_with_session_async("s")) == ["add", "bare", "wait"]
    assert adapter.call_tool("add", a=1) == 3
    with pytest.raises(AttributeError, match="no tool 'sub'"):
        adapter.call_tool("sub")
    with pytest.raises(TypeError, match="'__module__' of Adapter is not a tool but str"):
        adapter.call_tool(tool_name="__module__")


def test_an_adapter_has_the_session_of_its_context() -> None:
    assert Adapter().session_id is None
    adapter = Adapter()
    with SessionContext(None, "s", {"tenant": "acme"}) as context:
        adapter.set_session_context(context)
    assert (adapter.session_id, context.request_metadata, repr(context)) == ("s", {"tenant": "acme"}, "SessionContext(session_id='s')")
    with pytest.raises(NotImplementedError, match="session_context.stub is not available"):
        _ = context.stub


class Collecting(telemetry.TelemetryBackend):
    def __init__(self) -> None:
        self.events: list[Any] = []

    def emit(self, event_name: str, measurements: Any, metadata: Any = None, correlation_id: str | None = None) -> None:
        self.events.append((event_name, sorted(measurements), metadata, correlation_id))


def test_events_go_to_the_backend_that_an_adapter_sets() -> None:
    backend = Collecting()
    telemetry.set_backend(backend)
    try:
        assert telemetry.is_enabled() and telemetry.get_backend() is backend
        token = telemetry.set_correlation_id("c")
        with pytest.raises(ValueError), telemetry.span("work", {"tool": "t"}):
            telemetry.emit("work.size", {"bytes": 3})
            raise ValueError("no")
        telemetry.reset_correlation_id(token)
        with telemetry.span("more"):
            pass
    finally:
        telemetry.set_backend(telemetry.GrpcBackend())
    assert [event[0] for event in backend.events] == ["work.start", "work.size", "work.exception", "more.start", "more.stop"]
    assert backend.events[2][1:] == (["duration"], {"tool": "t", "error_type": "ValueError", "error_message": "no"}, "c")
    assert backend.events[3][3] is None


def test_an_event_on_standard_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.StderrBackend().emit("e", {"n": 1})
    line = capsys.readouterr().err
    assert json.loads(line.removeprefix("TELEMETRY:"))["measurements"] == {"n": 1}


def test_events_travel_to_the_silo_unless_an_adapter_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Event] = []
    monkeypatch.setattr("snakepit_bridge.run.telemetry._send", sent.append)

    assert isinstance(telemetry.get_backend(), telemetry.GrpcBackend)
    telemetry.emit("model.scored", {"rows": 7}, {"model": "a"}, correlation_id="order-7")
    with telemetry.otel_span("load"):
        pass

    assert sent[0] == Event("model.scored", {"rows": 7.0}, {"model": "a", "correlation_id": "order-7"}, "", 0)
    assert [event.name for event in sent[1:]] == ["load.start", "load.stop"]


def test_correlation_ids_are_kept_and_handed_on() -> None:
    made = telemetry.new_correlation_id()
    telemetry.set_correlation_id(made)
    assert telemetry.outgoing_metadata([("a", "b")]) == [("a", "b"), (telemetry.CORRELATION_HEADER, made)]
    telemetry.reset_correlation_id()
    assert telemetry.get_correlation_id() is None
    record = logging.makeLogRecord({})
    assert telemetry.correlation_filter().filter(record) and getattr(record, "correlation_id", "") == "-"
    assert telemetry.get_tracer() is None  # type: ignore[func-returns-value]
    with telemetry.otel_span("any"):
        pass


def test_loggers_stand_below_snakepit() -> None:
    names = [get_logger(name).name for name in ("snakepit_bridge.x.y", "snakepit.z", "mine")]
    assert names == ["snakepit.bridge.x.y", "snakepit.z", "snakepit.mine"]


def test_configure_logging_sets_the_level_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    level = root.level
    try:
        monkeypatch.setenv("SNAKEPIT_LOG_LEVEL", "debug")
        configure_logging()
        assert root.level == logging.DEBUG
        monkeypatch.setenv("SNAKEPIT_LOG_LEVEL", "loud")
        configure_logging()
        assert root.level == logging.DEBUG
    finally:
        root.setLevel(level)


def test_heartbeats_are_the_silos() -> None:
    config = HeartbeatConfig.from_mapping({"intervalMs": "500", "enabled": "no", "jitter_ms": -1, "other": 1})
    assert (config.interval_ms, config.enabled, config.jitter_ms) == (500, False, 0)
    assert HeartbeatClient(None, "s", config).start() is False
    with pytest.raises(NotImplementedError, match="the silo watches its workers itself"):
        HeartbeatClient(None, "s").start()
    assert HeartbeatClient(None, "s").status()["running"] is False


def test_a_handle_is_a_description() -> None:
    handle = ZeroCopyRef.from_payload({"kind": "dlpack", "shape": [2]})
    assert (handle.kind, handle.shape, handle.to_payload()) == ("dlpack", [2], {"kind": "dlpack", "shape": [2]})


def test_the_graceful_encoder_puts_a_marker() -> None:
    text = json.dumps({"at": [object()]}, cls=GracefulJSONEncoder)
    assert json.loads(text) == {"at": [{"__ffi_unserializable__": True, "__type__": "builtins.object"}]}
    with pytest.raises(NotImplementedError, match="return the value from the tool"):
        TypeSerializer.encode_any(1, "float")
    with pytest.raises(NotImplementedError, match="arguments arrive decoded"):
        TypeSerializer.decode_any(b"")


def test_thread_safety_must_be_declared() -> None:
    @require_thread_safe
    def use(adapter: Any) -> str:
        return "used"

    class Safe:
        __thread_safe__ = True

    assert (use(Safe()), validate_thread_safety(Safe), validate_thread_safety(Adapter)) == ("used", True, False)
    with pytest.raises(ValueError, match="Adapter Adapter does not declare __thread_safe__ = True"):
        use(Adapter())


def test_the_checker_tells_of_two_threads_and_of_libraries() -> None:
    checker = ThreadSafetyChecker(strict_mode=True)
    checker.check_method_access("work")
    other = threading.Thread(target=checker.access_map["work"].add, args=(1,))
    other.start()
    other.join()
    with pytest.raises(RuntimeError, match="'work' was called by 2 threads"):
        checker.check_method_access("work")
    assert checker.get_report()["concurrent_accesses"] == {"work": 2}
    assert ThreadSafetyChecker(enabled=False).check_library_safety(["pandas"]) == []
    with pytest.warns(RuntimeWarning, match="Library 'pandas'"):
        assert len(ThreadSafetyChecker().check_library_safety(["pandas"])) == 1


def test_the_global_checker_watches_marked_functions() -> None:
    @check_thread_safe
    def work() -> int:
        return 1

    enable_checking(strict_mode=True)
    try:
        assert work() == 1
        assert get_global_checker().get_report()["total_methods_tracked"] == 1
        with pytest.raises(ValueError, match="does not declare"):
            validate_adapter_thread_safety(Adapter)
    finally:
        disable_checking()

    class Mutable:
        def __init__(self) -> None:
            self.log: list[int] = []

    assert check_common_pitfalls(Mutable()) == [
        "Mutable attributes without a lock: log.",
        "Adapter Mutable does not declare __thread_safe__.",
    ]
