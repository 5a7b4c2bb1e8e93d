"""Events on their way from a tool to the frame that carries them."""

import logging

import pytest

from snakepit_bridge.codec import wire
from snakepit_bridge.link.outbox import ControlOutbox
from snakepit_bridge.run.telemetry import LONGEST_TEXT, MOST_OF_A_FRAME, MOST_PAIRS, MOST_WAITING, EventQueue, make_event


def test_numbers_are_measurements_and_everything_else_is_text() -> None:
    event = make_event("scored", {"rows": 7, "late": True, "model": "a", "huge": 10**400}, {"tenant": 3}, "00-1-2-01", 9)

    assert event.measurements == {"rows": 7.0, "late": 1.0}
    assert event.attributes == {"model": "a", "huge": "1" + "0" * (LONGEST_TEXT - 1), "tenant": "3"}
    assert (event.traceparent, event.request_id) == ("00-1-2-01", 9)


def test_an_event_that_is_too_large_is_cut() -> None:
    event = make_event("n" * 999, {str(n): n for n in range(99)}, {str(n): "t" * 999 for n in range(99)})

    assert len(event.name) == 200
    assert len(event.measurements) == len(event.attributes) == MOST_PAIRS
    assert set(map(len, event.attributes.values())) == {LONGEST_TEXT}


def test_a_tool_that_emits_faster_than_the_silo_reads_loses_events_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    queue = EventQueue()
    taken = [queue.add(make_event(str(n), {}, {})) for n in range(MOST_WAITING + 2)]
    with caplog.at_level(logging.WARNING):
        while queue.write(wire.FromWorker()):
            pass

    assert taken == [True] * MOST_WAITING + [False] * 2
    assert [record.getMessage() for record in caplog.records] == [
        f"2 events of telemetry were dropped: {MOST_WAITING} waited to be sent. Emit fewer."
    ]


def test_texts_that_protobuf_cannot_carry_are_escaped_and_objects_that_fail_are_named() -> None:
    class Odd:
        def __str__(self) -> str:
            raise RuntimeError("no")

        def __float__(self) -> float:
            raise RuntimeError("no")

    queue = EventQueue()
    queue.add(make_event("a\udcff", {"\udcff": 1, "odd": Odd()}, {"path": "\udcff"}))
    frame = wire.FromWorker()
    queue.write(frame)

    body = frame.items[0].telemetry
    assert (body.name, dict(body.measurements)) == ("a\\udcff", {"\\udcff": 1.0})
    assert dict(body.attributes) == {"path": "\\udcff", "odd": "<Odd>"}


def test_a_flood_of_events_does_not_hold_up_what_comes_behind_it() -> None:
    outbox = ControlOutbox()
    for n in range(MOST_OF_A_FRAME + 1):
        outbox.report_event(make_event(str(n), {}, {}))
    frames = outbox.frames()

    assert len(next(frames).items) == MOST_OF_A_FRAME
    outbox.drained()
    rest = [item.WhichOneof("item") for item in next(frames).items]
    assert sorted(rest) == ["drained", "telemetry"]
    outbox.close()
    assert list(frames) == []


def test_events_wake_the_writer_and_go_in_one_frame() -> None:
    outbox = ControlOutbox()
    frames = outbox.frames()
    outbox.report_event(make_event("a", {"n": 1}, {"k": "v"}, "00-1-2-01", 9))
    outbox.report_event(make_event("b", {}, {}))

    items = next(frames).items

    assert [item.WhichOneof("item") for item in items] == ["telemetry", "telemetry"]
    expected = wire.FromWorkerItem()
    body = expected.telemetry
    body.name, body.traceparent, body.request_id = "a", "00-1-2-01", 9
    body.measurements["n"] = 1
    body.attributes["k"] = "v"
    assert items[0] == expected
    outbox.close()
    assert list(frames) == []
