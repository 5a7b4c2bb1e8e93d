"""The level of Python's log, changed while the worker runs."""

import logging
from collections.abc import Iterator

import pytest

from snakepit_bridge.run.levels import RunTimeLevel

ROOT = logging.getLogger()


@pytest.fixture(autouse=True)
def _level() -> Iterator[None]:
    before = ROOT.level
    ROOT.setLevel(logging.INFO)
    yield
    ROOT.setLevel(before)


def test_a_level_counts_until_it_is_taken_back() -> None:
    level, seen = RunTimeLevel(), []
    for word in ("debug", "info", "debug", ""):
        level.change(word)
        seen.append(ROOT.level)
    assert seen == [logging.DEBUG, logging.INFO, logging.DEBUG, logging.INFO]


@pytest.mark.parametrize("word", ["warning", "error", "loud", ""])
def test_a_level_that_shows_less_changes_nothing(word: str) -> None:
    RunTimeLevel().change(word)
    assert ROOT.level == logging.INFO


def test_a_level_that_the_adapter_has_set_meanwhile_stays() -> None:
    level = RunTimeLevel()
    level.change("debug")
    ROOT.setLevel(logging.ERROR)
    level.change("")
    assert ROOT.level == logging.ERROR
    level.change("warning")
    level.change("")
    assert ROOT.level == logging.ERROR
