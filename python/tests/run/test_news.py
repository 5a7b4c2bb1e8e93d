"""What calls of one session hear when they overlap, without a process."""

import pytest
from links import execute

from snakepit_bridge.codec import wire
from snakepit_bridge.run import sessions
from snakepit_bridge.run.sessions import OpenSessions
from snakepit_bridge.run.tickets import Ticket

NEW, BUSY = 1, 2


@pytest.fixture
def opened() -> OpenSessions:
    return OpenSessions()


def arrived(opened: OpenSessions, moved: int = 0, session: str = "s") -> Ticket:
    frame = wire.ToWorker()
    execute(frame, 1, "tool", session_id=session, session_moved=moved)
    ticket = Ticket(frame.items[0].execute, 1)
    opened.arrived(ticket)
    return ticket


@pytest.mark.parametrize("again", [NEW, BUSY])
def test_an_older_call_that_succeeds_leaves_the_news_of_a_later_arrival(opened: OpenSessions, again: int) -> None:
    older = arrived(opened, NEW)
    assert opened.read(older) == "new"
    does_not_ask = arrived(opened, again)  # the session was elsewhere in the meantime

    opened.succeeded(older)
    opened.succeeded(does_not_ask)

    assert opened.read(arrived(opened)) == wire.SESSION_MOVES[again]


def test_a_call_hears_the_same_however_often_it_asks(opened: OpenSessions) -> None:
    first, second = arrived(opened, BUSY), arrived(opened)
    assert (opened.read(first), opened.read(second)) == ("busy", "busy")
    opened.succeeded(first)
    arrived(opened, NEW)
    assert opened.read(second) == "busy"


def test_a_call_that_asks_after_a_later_arrival_has_heard_of_it(opened: OpenSessions) -> None:
    older = arrived(opened, NEW)
    arrived(opened, BUSY)
    assert opened.read(older) == "busy"
    opened.succeeded(older)
    assert opened.read(arrived(opened)) == ""


def test_the_session_that_was_idle_longest_is_forgotten_and_not_the_one_that_came_first(
    opened: OpenSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 3)
    for session in ("first", "second", "third"):
        opened.read(ticket := arrived(opened, session=session))
        opened.succeeded(ticket)
    arrived(opened, session="first")
    arrived(opened, session="fourth")

    assert opened.ids() == ["third", "first", "fourth"]
    assert opened.read(arrived(opened, session="first")) == ""
    assert opened.read(arrived(opened, session="second")) == "new"


def test_a_session_that_is_forgotten_while_its_call_runs_is_new(
    opened: OpenSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 1)
    running = arrived(opened, session="s")
    arrived(opened, session="another")
    assert opened.read(running) == "new"
