"""A tool is a function like any other, so its tests need no silo."""

from types import SimpleNamespace
from typing import Any

import pytest

from newadapter.adapter import Adapter, Counts


@pytest.fixture
def adapter() -> Adapter:
    return Adapter()


def context(session_id: str = "", moved: str = "") -> Any:
    """Of a call's context what the tools read."""
    return SimpleNamespace(session_id=session_id, session_moved=moved)


def test_words_and_characters_are_counted(adapter: Adapter) -> None:
    assert adapter.count("one two") == Counts(words=2, characters=7)


def test_words_come_one_by_one(adapter: Adapter) -> None:
    assert list(adapter.words("one two")) == ["one", "two"]


def test_notes_belong_to_their_session(adapter: Adapter) -> None:
    adapter.note("first", context("a", "new"))
    adapter.note("other", context("b", "new"))
    assert adapter.note("second", context("a")) == ["first", "second"]
    assert adapter.note("alone", context()) == ["alone"]


def test_a_session_that_was_elsewhere_starts_anew(adapter: Adapter) -> None:
    adapter.note("old", context("a", "new"))
    assert adapter.note("fresh", context("a", "busy")) == ["fresh"]


def test_nothing_is_kept_of_a_session_that_has_ended(adapter: Adapter) -> None:
    adapter.note("first", context("a", "new"))
    adapter.end_session("a", "test")
    assert adapter.notes == {}
