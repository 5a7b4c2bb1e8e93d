"""What a stream may send, without a process."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from lines import LIMIT

from snakepit_bridge.run.credit import Credit

Take = Callable[[Credit, int], bool]


def take(credit: Credit, size: int) -> bool:
    return credit.take(size)


def take_async(credit: Credit, size: int) -> bool:
    return asyncio.run(credit.take_async(size))


both = pytest.mark.parametrize("take", [take, take_async])


def waits(take: Take, credit: Credit, size: int = 1) -> bool:
    """Whether a chunk has to wait; it is woken at once."""
    credit.wake()
    return not take(credit, size)


@both
def test_each_chunk_takes_one(take: Take) -> None:
    credit = Credit(2)
    assert [take(credit, 1), take(credit, 1)] == [True, True]
    assert waits(take, credit)


@both
def test_grants_add_up(take: Take) -> None:
    credit = Credit(0)
    credit.grant(1)
    credit.grant(2)
    assert [take(credit, 1) for _ in range(3)] == [True, True, True]
    assert waits(take, credit)


@both
def test_nothing_goes_while_too_many_bytes_are_under_way_however_many_chunks_may(take: Take) -> None:
    credit = Credit(256, most_bytes=10)
    assert [take(credit, size) for size in (4, 5, 1_000)] == [True, True, True]
    assert waits(take, credit)


@both
def test_one_chunk_may_always_go_however_large(take: Take) -> None:
    credit = Credit(256, most_bytes=10)
    assert take(credit, 1_000)
    assert waits(take, credit, 1_000)
    credit.grant(0, taken_bytes=1_000)
    assert take(credit, 1_000)
    assert waits(take, credit, 1_000)


@both
def test_bytes_that_were_taken_make_room_even_without_chunks(take: Take) -> None:
    credit = Credit(256, most_bytes=10)
    assert take(credit, 12)
    credit.grant(0, taken_bytes=1)
    assert waits(take, credit)
    credit.grant(0, taken_bytes=3)
    assert take(credit, 1)


@both
def test_a_grant_that_tells_of_no_bytes_takes_none_back(take: Take) -> None:
    credit = Credit(1, most_bytes=10)
    assert take(credit, 10)
    credit.grant(1, taken_bytes=10)
    credit.grant(1)
    assert [take(credit, 9), take(credit, 9)] == [True, True]
    assert waits(take, credit)


@both
def test_bytes_alone_are_no_credit(take: Take) -> None:
    credit = Credit(1, most_bytes=10)
    assert take(credit, 5)
    credit.grant(0, taken_bytes=5)
    assert waits(take, credit)


@both
def test_who_waits_for_bytes_goes_on_when_they_come(take: Take) -> None:
    credit, went = Credit(5, most_bytes=10), list[bool]()
    assert take(credit, 10)
    waiting = threading.Thread(target=lambda: went.append(take(credit, 10)))
    waiting.start()
    credit.grant(0, taken_bytes=0)  # neither is a wake
    credit.grant(3)
    credit.grant(0, taken_bytes=10)
    waiting.join(LIMIT)
    assert went == [True]


def test_one_task_that_waits_leaves_the_loop_to_others() -> None:
    async def both_at_once() -> list[bool]:
        credit = Credit(1, most_bytes=10)
        first: Awaitable[bool] = credit.take_async(10)
        assert await first
        waiting = asyncio.create_task(credit.take_async(10))
        await asyncio.sleep(0)
        credit.grant(1)
        await asyncio.sleep(0)
        assert not waiting.done()
        credit.grant(0, taken_bytes=10)
        return [await waiting]

    assert asyncio.run(both_at_once()) == [True]
