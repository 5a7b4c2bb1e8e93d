"""What becomes of values without JSON form in adapters of the Elixir system."""

import json
from typing import Any

import pytest

from snakepit_bridge.codec.encoding import Encoder, NotEncodable
from snakepit_bridge.compat import graceful as module
from snakepit_bridge.compat.graceful import graceful
from snakepit_bridge.compat.markers import Policy, marker, redact


class Plain:
    def __repr__(self) -> str:
        return "Plain(api_key='abc', 'Authorization: Bearer x.y')"


class Listed:
    def __init__(self, size: int | None, items: Any) -> None:
        if size is not None:
            self.size = size
        self._items = items

    def tolist(self) -> Any:
        return self._items


class Stamp:
    def isoformat(self) -> str:
        return "2026"


def encode(value: Any) -> Any:
    return json.loads(Encoder(10, 10_000, graceful).encode(value)[0])


def test_a_value_that_has_no_form_becomes_a_marker_anywhere() -> None:
    mark = {"__ffi_unserializable__": True, "__type__": f"{__name__}.Plain"}
    assert encode(Plain()) == mark
    assert encode({"a": [Plain(), Stamp()]}) == {"a": [mark, "2026"]}


@pytest.mark.parametrize(
    ("value", "kept"),
    [(Listed(3, [1, 2, 3]), True), (Listed(11, [1]), False), (Listed(None, [[1] * 6, [2] * 6]), False), (Listed(None, [[1, 2]]), True)],
)
def test_lists_beyond_the_limit_become_markers(value: Any, kept: bool) -> None:
    assert isinstance(encode(value), list) is kept


def test_the_limit_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLICY", Policy(max_elements=2))
    assert encode(Listed(3, [1, 2, 3]))["__ffi_unserializable__"] is True


@pytest.mark.parametrize("value", [{"n": float("nan")}, {(1, 2): 3}])
def test_not_a_number_and_odd_keys_are_still_errors(value: Any) -> None:
    with pytest.raises(NotEncodable):
        encode([Plain(), value])


def test_a_forgotten_await_is_still_an_error() -> None:
    async def forgotten() -> None: ...

    coroutine = forgotten()
    with pytest.raises(NotEncodable, match="never awaited"):
        encode([coroutine])
    coroutine.close()


def test_the_detail_of_a_marker_follows_the_policy() -> None:
    def detail(policy: Policy) -> Any:
        return marker(Plain(), policy).get("__repr__")

    assert detail(Policy()) is None
    assert detail(Policy("unknown")) is None
    assert detail(Policy("type")) == f"<unserializable {__name__}.Plain>"
    assert detail(Policy("repr_truncated", 5)) == "Plain"
    assert detail(Policy("repr_redacted_truncated")) == "Plain(api_key='<REDACTED>', 'Authorization: Bearer <REDACTED>')"


def test_the_policy_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNAKEPIT_UNSERIALIZABLE_DETAIL", " TYPE ")
    monkeypatch.setenv("SNAKEPIT_UNSERIALIZABLE_REPR_MAXLEN", "9999")
    monkeypatch.setenv("SNAKEPIT_TOLIST_MAX_ELEMENTS", "many")
    assert Policy.read() == Policy("type", 2000, None)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("sk-abcdefghijklmnop", "sk-<REDACTED>"),
        ('{"password": "a b\'c", "x": 1}', '{"password": "<REDACTED>", "x": 1}'),
        ("nothing here", "nothing here"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, safe: str) -> None:
    assert redact(text) == safe
