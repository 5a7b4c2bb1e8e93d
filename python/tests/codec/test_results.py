"""What tools may return, and how the worker answers when they return something else."""

import pytest
from silo import SiloWorker

from snakepit_bridge.codec import wire


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("big", 2**200),
        ("none", None),
        ("tuple", [1, [2, 3]]),
        ("point", {"x": 1, "y": {"x": 2, "y": None}}),
        ("things", ["red", "2024-01-02", "1.10", "00000000-0000-0000-0000-000000000001", [1, 2, 3], {"7": "seven"}]),
        ("array", {"a": [[0, 1], [2, 3]], "s": 1.5, "i": 3}),
    ],
)
def test_a_value_arrives_as_its_nearest_json(plain: SiloWorker, what: str, value: object) -> None:
    assert plain.result("give", {"what": what}) == value


@pytest.mark.parametrize(
    "value", [0, -1, True, 1.5, 1e300, "", "ä \U0001f40d \x00", [], {}, [None, {"a": [False]}], 10**30]
)
def test_json_values_make_the_round_trip_unchanged(plain: SiloWorker, value: object) -> None:
    back = plain.result("echo", {"value": value})
    assert back == value
    assert type(back) is type(value)


def test_bytes_at_the_top_are_the_attachment_result(plain: SiloWorker) -> None:
    body = plain.result_body("give", {"what": "bytes"})
    assert body.value == b'{"$attachment":"result"}'
    assert [(item.name, item.inline) for item in body.attachments] == [("result", b"\x00\xff")]


def test_nested_bytes_are_numbered_attachments(plain: SiloWorker) -> None:
    body = plain.result_body("give", {"what": "nested bytes"})
    assert body.value == b'{"a":[{"$attachment":"a1"},{"$attachment":"a2"}],"b":{"$attachment":"a3"}}'
    assert [(item.name, item.inline) for item in body.attachments] == [("a1", b"one"), ("a2", b"two"), ("a3", b"three")]


@pytest.mark.parametrize(
    ("what", "path", "part"),
    [
        ("nan", "$.rows[1].score", "$.rows[1].score is nan; JSON has no NaN or infinity. Return None or a string."),
        ("array nan", "$[0][1]", "is inf"),
        ("cycle", "$.a[0]", "contains itself"),
        ("surrogate", "$[0]", "lone surrogate"),
        ("huge", "$[0]", "too large to be written in decimal"),
        ("object", "$.x.y", "is of type builtins.object"),
        ("key", "$.ok", "has the key 1.5 of type float"),
        ("none key", "$[0]", "has the key None"),
        ("reserved", "$", "'$attachment'"),
        ("large array", "$", "is an array of 2000000 elements; the limit is 1000000"),
        ("class", "$", "is the class Point"),
        ("large", "$", "takes 3000002 bytes; the limit is"),
        ("deep", "$[0][0][0][0][0][0][0][0][0][0][0]…", "nested more than"),
    ],
)
def test_a_result_that_json_cannot_carry_names_the_culprit(plain: SiloWorker, what: str, path: str, part: str) -> None:
    failure = plain.failure("give", {"what": what})
    assert (failure.kind, failure.path, failure.started) == (wire.RESULT_NOT_ENCODABLE, path, True)
    assert failure.message.startswith("Result of tool 'give' cannot be encoded: $")
    assert part in failure.message
    assert plain.result("add", {"a": 1, "b": 1}) == 2
