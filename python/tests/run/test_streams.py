"""Streams: items one by one, as far as the credit goes, and every way to end."""

import json
from collections.abc import Iterator

import pytest
from silo import SiloWorker
from streams import Stream

from snakepit_bridge.codec import wire

# Every way in which a worker runs tools: adapter, capacity, threads.
STYLES = {
    "main": ("adapters_streams.Plain", 1, 1),
    "main, several": ("adapters_streams.Plain", 4, 1),
    "threads": ("adapters_streams.Threaded", 4, 2),
    "async": ("adapters_streams.Async", 1, 1),
    "async, several": ("adapters_streams.Async", 4, 1),
}


@pytest.fixture(params=STYLES)
def worker(request: pytest.FixtureRequest) -> Iterator[SiloWorker]:
    adapter, capacity, threads = STYLES[request.param]
    with SiloWorker(adapter, capacity, threads, by="framed", max_message_bytes=1_000_000) as started:
        yield started


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("style", STYLES)
def test_items_arrive_in_order_and_then_the_end(style: str) -> None:
    adapter, capacity, threads = STYLES[style]
    with SiloWorker(adapter, capacity, threads) as worker:
        stream = Stream(worker, "count", {"to": 500})
        assert stream.items(500) == list(range(500))
        assert stream.end().python_us > 0
        worker.stderr.wait_for("at count closed")
        worker.stderr.wait_for("at cleanup")
        assert worker.result("add", {"a": 1, "b": 1}) == 2


def test_an_empty_stream_is_only_an_end(worker: SiloWorker) -> None:
    Stream(worker, "count", {"to": 0}).end()


def test_without_credit_the_producer_waits(worker: SiloWorker) -> None:
    stream = Stream(worker, "announced", credit=3)
    assert stream.items(3) == [0, 1, 2]
    worker.stderr.wait_for("at item 3.")  # it may be one ahead
    worker.ping()
    assert not any("item 4." in line for line in worker.stderr.seen)
    stream.grant(2)
    assert stream.items(2) == [3, 4]
    worker.stderr.wait_for("at item 5.")
    worker.ping()
    assert not any("item 6." in line for line in worker.stderr.seen)
    stream.cancel()
    assert stream.failure().kind == wire.CANCELLED


def test_large_items_behind_many_small_ones_wait_for_their_bytes(worker: SiloWorker) -> None:
    stream = Stream(worker, "grow", credit_bytes=2000)
    assert len(stream.items(300)) == 300  # 3 bytes each
    stream.items(2)
    worker.stderr.wait_for("at grown 302.")  # 900 small bytes and twice 1002 are under way
    worker.ping()
    assert not any("grown 303." in line for line in worker.stderr.seen)

    stream.grant(0, taken_bytes=900)  # 2004 are left
    stream.grant(5, taken_bytes=900)
    worker.ping()
    assert not any("grown 303." in line for line in worker.stderr.seen)

    stream.grant(0, taken_bytes=900 + 1002)
    stream.items(1)
    worker.stderr.wait_for("at grown 303.")
    stream.cancel()
    assert stream.failure().kind == wire.CANCELLED
    assert worker.result("add", {"a": 1, "b": 1}) == 2


def test_an_item_beyond_all_bytes_goes_alone(worker: SiloWorker) -> None:
    stream = Stream(worker, "big", {"size": 900_000}, credit_bytes=1)
    assert stream.item() == "small"
    stream.grant(0, taken_bytes=7)
    assert len(stream.item()) == 900_000
    stream.end()


def test_a_cancel_ends_the_wait_for_credit(worker: SiloWorker) -> None:
    stream = Stream(worker, "announced", credit=2)
    assert stream.items(2) == [0, 1]
    worker.stderr.wait_for("at item 2.")
    stream.cancel(reason=2)
    failure = stream.failure()
    assert (failure.kind, failure.started) == (wire.CANCELLED, True)
    assert worker.control.next("cancel_acknowledged").was_running
    worker.stderr.wait_for("at announced closed")
    worker.stderr.wait_for("at cleanup")
    assert worker.result("add", {"a": 1, "b": 1}) == 2


def test_a_stream_that_never_had_credit_can_be_cancelled(worker: SiloWorker) -> None:
    stream = Stream(worker, "announced", credit=0)
    worker.stderr.wait_for("at item 0.")
    stream.cancel()
    assert stream.failure().kind == wire.CANCELLED
    worker.stderr.wait_for("at announced closed")


@pytest.mark.parametrize("style", ["main", "main, several", "async", "async, several"])
def test_a_cancel_stops_a_generator_between_two_items(style: str) -> None:
    adapter, capacity, threads = STYLES[style]
    with SiloWorker(adapter, capacity, threads) as worker:
        stream = Stream(worker, "stall")
        assert stream.item() == "first"
        worker.stderr.wait_for("at the stall")
        stream.cancel()
        assert stream.failure().kind == wire.CANCELLED
        worker.stderr.wait_for("at stall closed")
        assert worker.control.next("cancel_acknowledged").was_running
        assert worker.result("add", {"a": 2, "b": 2}) == 4


def test_an_exception_comes_after_the_items_before_it(worker: SiloWorker) -> None:
    stream = Stream(worker, "break_off", {"after": 3})
    assert stream.items(3) == [0, 1, 2]
    failure = stream.failure()
    assert (failure.kind, failure.type, failure.message) == (wire.TOOL_RAISED, "LookupError", "no more")
    assert "in break_off" in failure.traceback
    worker.stderr.wait_for("at cleanup")


def test_an_item_that_cannot_be_encoded_is_named(worker: SiloWorker) -> None:
    stream = Stream(worker, "odd")
    assert stream.item() == 1
    failure = stream.failure()
    assert (failure.kind, failure.path, dict(failure.details)) == (
        wire.RESULT_NOT_ENCODABLE, "$.rows[1]", {"item": "1"},
    )  # fmt: skip
    assert failure.message.startswith("Item 1 of tool 'odd' cannot be encoded: $.rows[1] is of type builtins.object")
    worker.stderr.wait_for("at odd closed")


def test_an_item_that_is_a_generator_is_refused(worker: SiloWorker) -> None:
    failure = Stream(worker, "nested").failure()
    assert (failure.kind, failure.path) == (wire.RESULT_NOT_ENCODABLE, "$")
    assert "Yield its items instead" in failure.message


def test_an_item_beyond_the_limit_is_refused(worker: SiloWorker) -> None:
    stream = Stream(worker, "big", {"size": 1_000_000})
    assert stream.item() == "small"
    assert "takes 1000002 bytes" in stream.failure().message
    assert worker.result("add", {"a": 1, "b": 1}) == 2


def test_bytes_travel_beside_their_item(worker: SiloWorker) -> None:
    stream = Stream(worker, "blobs")
    first, second = stream.chunk(), stream.chunk()
    assert [(item.name, item.inline) for item in first.attachments] == [("result", b"one")]
    assert json.loads(second.value) == {"name": "two", "content": {"$attachment": "a1"}}
    assert [(item.name, item.inline) for item in second.attachments] == [("a1", b"two")]
    stream.end()


def test_a_plain_tool_streams_its_result_as_one_item(worker: SiloWorker) -> None:
    stream = Stream(worker, "single")
    assert stream.item() == [1, 2]
    stream.end()


def test_a_returned_iterator_is_streamed(worker: SiloWorker) -> None:
    stream = Stream(worker, "returned")
    assert stream.items(2) == [7, 8]
    stream.end()


def test_a_coroutine_may_return_an_iterator() -> None:
    with SiloWorker("adapters_streams.Async") as worker:
        stream = Stream(worker, "handed_over")
        assert stream.items(2) == [0, 1]
        stream.end()


def test_an_asynchronous_iterator_out_of_a_plain_tool_is_explained() -> None:
    with SiloWorker("adapters_streams.Plain") as worker:
        failure = Stream(worker, "disguised").failure()
        assert failure.kind == wire.RESULT_NOT_ENCODABLE
        assert "Declare it with 'async def'" in failure.message


def test_the_context_holds_while_the_generator_runs(worker: SiloWorker) -> None:
    stream = Stream(worker, "about")
    assert stream.item() is True
    stream.item()
    stream.end()


def test_what_closing_raises_is_logged_and_the_answer_stands(worker: SiloWorker) -> None:
    stream = Stream(worker, "bad_close", credit=1)
    assert stream.item() == 1
    stream.cancel()
    assert stream.failure().kind == wire.CANCELLED
    worker.stderr.wait_for("closing a stream's generator raised RuntimeError")


def test_an_unknown_tool_and_wrong_arguments_fail_as_in_a_call(worker: SiloWorker) -> None:
    assert Stream(worker, "nothing").failure().kind == wire.UNKNOWN_TOOL
    assert Stream(worker, "count", {"upto": 1}).failure().kind == wire.INVALID_ARGUMENTS
    assert Stream(worker, "count", {"to": 3}, remaining_us=1).failure().kind == wire.DEADLINE


@pytest.mark.parametrize("tool", ["announced", "plain_announced"])
def test_on_a_shared_loop_a_stream_without_credit_leaves_the_others_alone(tool: str) -> None:
    with SiloWorker("adapters_streams.Async", 4) as worker:
        stream = Stream(worker, tool, credit=1)
        assert stream.item() == 0
        worker.stderr.wait_for("item 1.")
        assert worker.result("add", {"a": 1, "b": 1}) == 2
        stream.cancel()
        assert stream.failure().kind == wire.CANCELLED


def test_on_a_thread_a_stream_without_credit_leaves_the_others_alone() -> None:
    with SiloWorker("adapters_streams.Threaded", 4, 2) as worker:
        stream = Stream(worker, "announced", credit=1)
        assert stream.item() == 0
        worker.stderr.wait_for("item 1.")
        assert worker.result("add", {"a": 1, "b": 1}) == 2
        stream.cancel()
        assert stream.failure().kind == wire.CANCELLED


def test_credit_for_a_stream_that_has_ended_is_ignored(worker: SiloWorker) -> None:
    stream = Stream(worker, "count", {"to": 1})
    assert stream.item() == 0
    stream.end()
    stream.grant(10)
    worker.ping()
    assert worker.result("add", {"a": 1, "b": 1}) == 2


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize("style", STYLES)
def test_a_drain_waits_for_a_stream(style: str) -> None:
    adapter, capacity, threads = STYLES[style]
    with SiloWorker(adapter, capacity, threads) as worker:
        stream = Stream(worker, "count", {"to": 3}, credit=1)
        assert stream.item() == 0
        worker.drain()
        stream.grant(5)
        assert stream.items(2) == [1, 2]
        stream.end()
        assert worker.control.next("drained").unfinished == 0
