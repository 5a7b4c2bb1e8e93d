"""What calls of one session hear when they overlap, without a process."""

import pytest

from snakepit_bridge.run import sessions
from snakepit_bridge.run.sessions import OpenSessions, Visit


@pytest.fixture
def opened() -> OpenSessions:
    return OpenSessions()


def arrived(opened: OpenSessions, moved: str = "", session: str = "s") -> Visit:
    return opened.arrived(session, moved)


@pytest.mark.parametrize("again", ["new", "busy"])
def test_an_older_call_that_succeeds_leaves_the_news_of_a_later_arrival(opened: OpenSessions, again: str) -> None:
    older = arrived(opened, "new")
    assert older.moved() == "new"
    does_not_ask = arrived(opened, again)  # the session was elsewhere in the meantime

    older.succeeded()
    does_not_ask.succeeded()

    assert arrived(opened).moved() == again


def test_a_call_hears_the_same_however_often_it_asks(opened: OpenSessions) -> None:
    first, second = arrived(opened, "busy"), arrived(opened)
    assert (first.moved(), second.moved()) == ("busy", "busy")
    first.succeeded()
    arrived(opened, "new")
    assert second.moved() == "busy"


def test_a_call_that_asks_after_a_later_arrival_has_heard_of_it(opened: OpenSessions) -> None:
    older = arrived(opened, "new")
    arrived(opened, "busy")
    assert older.moved() == "busy"
    older.succeeded()
    assert arrived(opened).moved() == ""


def test_the_session_that_was_idle_longest_is_forgotten_and_not_the_one_that_came_first(
    opened: OpenSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 3)
    for session in ("first", "second", "third"):
        (visit := arrived(opened, session=session)).moved()
        visit.succeeded()
    arrived(opened, session="first")
    arrived(opened, session="fourth")

    assert opened.ids() == ["third", "first", "fourth"]
    assert arrived(opened, session="first").moved() == ""
    assert arrived(opened, session="second").moved() == "new"


def test_a_session_that_is_forgotten_while_its_call_runs_is_new(
    opened: OpenSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 1)
    running = arrived(opened, session="s")
    arrived(opened, session="another")
    assert running.moved() == "new"
