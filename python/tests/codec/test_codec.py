"""The encoder by itself."""

import collections
import datetime
import json
import pathlib
from typing import Any

import numpy
import pytest

from snakepit_bridge.codec.conversion import Streamed
from snakepit_bridge.codec.encoding import Encoder, NotEncodable


class Model:
    def __init__(self, **data: Any) -> None:
        self.data = data

    def model_dump(self) -> dict[str, Any]:
        return self.data


class Selfish:
    def to_dict(self) -> Any:
        return self


class Raising:
    def to_dict(self) -> Any:
        raise SystemExit("leaving")


def encoder(max_bytes: int = 1 << 20) -> Encoder:
    return Encoder(100, max_bytes)


def culprit(value: Any) -> NotEncodable:
    with pytest.raises(NotEncodable) as caught:
        encoder().encode(value)
    return caught.value


def test_a_result_with_nan_names_its_path() -> None:
    error = culprit({"rows": [1, {"score": float("nan")}]})
    assert str(error) == "$.rows[1].score is nan; JSON has no NaN or infinity. Return None or a string."


def test_a_plain_nan_is_named_as_the_whole_result() -> None:
    assert culprit(float("-inf")).path == "$"


def test_a_key_that_is_no_identifier_is_quoted_in_the_path() -> None:
    assert culprit({"two words": [float("nan")]}).path == "$['two words'][0]"


def test_whole_number_keys_become_texts() -> None:
    assert encoder().encode({1: {2: 3}}) == (b'{"1":{"2":3}}', None)


@pytest.mark.parametrize("value", [{1: "a", "1": "b"}, [{"1": "b", 1: "a"}]])
def test_a_key_that_would_occur_twice_is_an_error(value: Any) -> None:
    assert "has the key '1' twice, once not as a text" in str(culprit(value))


def test_whole_numbers_of_numpy_may_be_keys_anywhere() -> None:
    one, two = numpy.unique([1, 2, 2])
    value = {one: [{two: 1}, (3, {two: {}})], "same": [4]}
    assert json.loads(encoder().encode(value)[0]) == {"1": [{"2": 1}, [3, {"2": {}}]], "same": [4]}
    assert list(value) == [1, "same"]
    assert culprit({one: [object()]}).path.endswith("[0]")


def test_dates_may_be_keys() -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)
    assert encoder().encode([{datetime.date(2026, 1, 2): {moment: 1}}])[0] == b'[{"2026-01-02":{"2026-01-02T03:04:00+00:00":1}}]'


class Series:
    """As pandas has it."""

    dtype, shape = "int64", (2,)

    def __init__(self, **labelled: int) -> None:
        self._labelled = labelled
        self.index: Any = list(labelled)

    def tolist(self) -> list[int]:
        return list(self._labelled.values())

    def to_dict(self) -> dict[str, int]:
        return self._labelled


def test_a_series_keeps_its_labels() -> None:
    assert encoder().encode([Series(a=2, b=1)])[0] == b'[{"a":2,"b":1}]'


def test_a_series_whose_labels_only_count_is_a_list() -> None:
    counted = Series(a=2, b=1)
    counted.index = range(2)
    assert encoder().encode(counted)[0] == b"[2,1]"


def test_a_series_whose_labels_happen_to_count_keeps_them() -> None:
    counted = Series(zero=2, one=1)
    counted.index = [0, 1]
    assert encoder().encode(counted)[0] == b'{"zero":2,"one":1}'


def test_a_series_with_a_label_twice_is_an_error() -> None:
    doubled = Series(a=2, b=1)
    doubled.index = ["a", "a"]
    assert "labels that occur more than once" in str(culprit({"x": doubled}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.timedelta(), "00:00:00"),
        (datetime.timedelta(days=1, hours=2, minutes=3, seconds=4, microseconds=5), "1.02:03:04.000005"),
        (-datetime.timedelta(seconds=90), "-00:01:30"),
    ],
)
def test_a_duration_is_written_as_dotnet_reads_it(value: datetime.timedelta, text: str) -> None:
    assert encoder().encode(value)[0] == f'"{text}"'.encode()


def test_an_array_that_is_too_large_names_what_to_do() -> None:
    assert str(culprit(numpy.zeros(101))) == (
        "$ is an array of 101 elements; the limit is 100. Return its bytes (array.tobytes()) with shape and dtype."
    )


def test_bool_keys_are_not_taken_for_numbers() -> None:
    assert "of type bool" in str(culprit({True: 1}))


def test_keys_of_converted_objects_are_checked_too() -> None:
    assert culprit([Model(inner={1.5: 2})]).path == "$[0].inner"


def test_a_surrogate_in_a_key_is_found() -> None:
    assert "has a key with a lone surrogate" in str(culprit({"a": {"\udfff": 1}}))


def test_objects_with_their_own_conversion_are_used() -> None:
    values = [Model(a=1), collections.deque([1]), range(2), pathlib.PurePosixPath("/x"), collections.ChainMap({"k": 1})]
    assert encoder().encode(values)[0] == b'[{"a":1},[1],[0,1],"/x",{"k":1}]'


def test_a_set_that_cannot_be_sorted_is_still_a_list() -> None:
    assert sorted(encoder().encode({1, "a"})[0].decode().strip("[]").split(",")) == ['"a"', "1"]


def test_an_object_that_converts_to_itself_is_an_error() -> None:
    assert culprit({"x": Selfish()}).path == "$.x"


def test_an_object_whose_conversion_exits_is_an_error() -> None:
    error = culprit({"x": [Raising()]})
    assert error.path == "$.x[0]"
    assert "SystemExit: leaving" in str(error)


def test_the_same_object_twice_is_no_cycle() -> None:
    part = [1]
    assert encoder().encode({"a": part, "b": [part, part]})[0] == b'{"a":[1],"b":[[1],[1]]}'


def test_shared_parts_are_not_taken_for_cycles_while_the_culprit_is_searched() -> None:
    part = [1]
    assert culprit([part, part, float("nan")]).path == "$[2]"


def test_attachments_of_a_failed_result_do_not_reach_the_next() -> None:
    used = encoder()
    with pytest.raises(NotEncodable):
        used.encode([b"one", object()])
    assert used.encode([b"two"]) == (b'[{"$attachment":"a1"}]', [("a1", b"two")])


def test_attachments_count_towards_the_size() -> None:
    with pytest.raises(NotEncodable, match="takes 124 bytes; the limit is 100"):
        encoder(max_bytes=100).encode(b"x" * 100)


def test_a_generator_is_told_apart() -> None:
    with pytest.raises(Streamed):
        encoder().encode(iter_numbers())


def test_a_generator_inside_a_result_is_named() -> None:
    assert str(culprit({"g": iter_numbers()})) == "$.g is a generator. Return a list, or the generator itself from a stream."


def test_a_coroutine_is_named() -> None:
    coroutine = never()
    try:
        assert "never awaited" in str(culprit([coroutine]))
    finally:
        coroutine.close()


def iter_numbers() -> Any:
    yield 1


async def never() -> None:
    raise AssertionError
