"""The caller's trace inside a tool, and in its log."""

import json

import pytest
from silo import SiloWorker
from streams import Stream

from snakepit_bridge.run import tracing

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize("adapter", ["adapters_traced.Traced", "adapters_traced.TracedAsync"])
def test_the_trace_is_current_in_the_tool_and_not_afterwards(adapter: str) -> None:
    with SiloWorker(adapter) as worker:
        assert worker.result("plain", traceparent=PARENT, tracestate="a=1") == {"traceparent": PARENT, "tracestate": "a=1"}
        assert worker.result("plain", traceparent=PARENT) == {"traceparent": PARENT}
        assert worker.result("plain") == {}


@pytest.mark.parametrize("adapter", ["adapters_traced.Traced", "adapters_traced.TracedAsync"])
def test_the_trace_is_current_for_each_item_of_a_stream(adapter: str) -> None:
    with SiloWorker(adapter) as worker:
        stream = Stream(worker, "items", traceparent=PARENT)
        assert stream.items(2) == [{"traceparent": PARENT}] * 2
        stream.end()
        assert worker.result("plain") == {}


def test_a_trace_that_the_library_does_not_take_costs_a_line_in_the_log() -> None:
    with SiloWorker("adapters_traced.Traced") as worker:
        assert worker.result("plain", traceparent="broken") == {}
        assert "could not be made the current one" in worker.stderr.wait_for("could not be made")


def test_log_lines_carry_trace_and_correlation() -> None:
    with SiloWorker("adapters_traced.Traced") as worker:
        worker.result("logs", traceparent=PARENT, correlation_id="order-7")
        for text in ("by the library", "by the context"):
            line = json.loads(worker.stderr.wait_for(text))
            assert (line["trace_id"], line["span_id"], line["correlation_id"]) == (TRACE, SPAN, "order-7")


@pytest.mark.parametrize("text", ["", "t", "00-1-2-3", PARENT[1:].replace("-", "")])
def test_what_is_no_trace_context_has_no_ids(text: str) -> None:
    assert tracing.ids(text) is None
