"""Admission and cancelling, without a process."""

from threading import Thread

import pytest
from lines import LIMIT
from links import GENERATION, execute

from snakepit_bridge.codec import wire
from snakepit_bridge.run.tickets import Key, Ticket
from snakepit_bridge.work.admission import admit
from snakepit_bridge.work.ledger import Ledger


class Told:
    def __init__(self) -> None:
        self.acknowledged: list[tuple[int, bool]] = []
        self.drained = 0

    def acknowledge(self, key: Key, was_running: bool) -> None:
        self.acknowledged.append((key[1], was_running))

    def drain(self) -> None:
        self.drained += 1


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def ledger(told: Told) -> Ledger:
    return Ledger(GENERATION, told.acknowledge, told.drain)


def ticket(number: int, **fields: object) -> Ticket:
    frame = wire.ToWorker()
    execute(frame, number, "tool", **fields)
    return Ticket(frame.items[0].execute, 1_000_000)


def test_an_admitted_request_is_in_the_books_until_it_is_settled(ledger: Ledger) -> None:
    taken = ticket(1)
    assert admit(ledger, taken) is None
    assert taken.key in ledger.tickets
    ledger.settle(taken)
    assert not ledger.tickets


def test_remaining_time_becomes_a_deadline_of_our_clock() -> None:
    assert ticket(1, remaining_us=5).deadline == 1_005_000
    assert ticket(1).deadline == 0


def test_a_draining_worker_refuses(ledger: Ledger) -> None:
    ledger.drain(tell=False)
    refusal = admit(ledger, ticket(1))
    assert refusal is not None and refusal.failure is not None
    assert refusal.failure.kind == wire.REFUSED


def test_drained_is_told_once_and_only_when_nothing_is_open(ledger: Ledger, told: Told) -> None:
    first, second = ticket(1), ticket(2)
    admit(ledger, first)
    admit(ledger, second)
    ledger.drain(tell=True)
    ledger.settle(first)
    assert (told.drained, ledger.finish(0)) == (0, False)
    ledger.settle(second)
    ledger.settle(second)
    assert (told.drained, ledger.finish(0)) == (1, True)


def test_a_stop_waits_for_the_requests_that_are_on_their_way(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snakepit_bridge.work.ledger._SILENT_SECONDS", LIMIT)
    ledger.begin_receiving()
    ledger.drain(tell=False)
    stop = Thread(target=ledger.finish, args=(LIMIT,))
    stop.start()
    late = ticket(1)
    assert admit(ledger, late) is not None
    ledger.end_receiving()
    assert stop.is_alive()
    ledger.settle(late)
    stop.join(LIMIT / 2)
    assert not stop.is_alive()


def test_a_silo_that_does_not_end_its_requests_is_not_waited_for_long(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snakepit_bridge.work.ledger._SILENT_SECONDS", 0.01)
    ledger.begin_receiving()
    ledger.drain(tell=False)
    assert ledger.finish(LIMIT)


def test_a_stop_takes_the_place_of_a_drain(ledger: Ledger, told: Told) -> None:
    running = ticket(1)
    admit(ledger, running)
    ledger.drain(tell=True)
    ledger.drain(tell=False)
    ledger.settle(running)
    assert told.drained == 0


def test_a_cancel_is_acknowledged_when_its_request_is_settled(ledger: Ledger, told: Told) -> None:
    taken = ticket(1)
    admit(ledger, taken)
    assert ledger.cancel(taken.key, 1) is taken
    ledger.acknowledge_if_settled(taken.key)
    assert told.acknowledged == []
    ledger.settle(taken)
    ledger.acknowledge_if_settled(taken.key)
    assert told.acknowledged == [(1, True)]


def test_a_cancel_that_overtakes_its_request_still_stops_it(ledger: Ledger, told: Told) -> None:
    early = ticket(1)
    assert ledger.cancel(early.key, 1) is None
    assert told.acknowledged == [(1, False)]
    answer = admit(ledger, early)
    assert answer is not None and answer.failure is not None
    assert (answer.failure.kind, answer.failure.started) == (wire.CANCELLED, False)


def test_cancels_of_unknown_requests_do_not_pile_up(ledger: Ledger) -> None:
    for number in range(5000):
        ledger.cancel((GENERATION, number, 1), 1)
    assert len(ledger.early_cancels) <= 1024
    assert (GENERATION, 4999, 1) in ledger.early_cancels
