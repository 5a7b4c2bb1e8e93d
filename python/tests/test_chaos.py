"""The bad tools of ``snakepit chaos`` that can be called in peace."""

from pathlib import Path

import pytest
from silo import SiloWorker

from snakepit_bridge.chaos import CALLS_FOLDER, Chaos


def test_answers_carry_the_callers_number() -> None:
    chaos = Chaos()
    assert [chaos.echo(7), chaos.nap(8, 0.0), chaos.spin(9, 0.0), chaos.grow(10)] == [7, 8, 9, 10]


def test_a_session_that_has_lost_its_calls_gets_a_wrong_answer() -> None:
    with SiloWorker("snakepit_bridge.chaos.Chaos") as worker:
        moved = {"session_id": "s", "session_moved": 1}
        assert worker.result("tally", {"number": 7, "latest": 5}, **moved) == 7
        assert worker.result("tally", {"number": 8, "latest": 7}, session_id="s") == 8
        assert worker.result("tally", {"number": 12, "latest": 10}, session_id="s") == -8
        assert worker.result("tally", {"number": 14, "latest": 13}, **moved) == 14


def test_a_call_that_is_meant_to_fail_says_which() -> None:
    with pytest.raises(RuntimeError, match="call 3 was meant to fail"):
        Chaos().fail(3)


def test_each_call_that_begins_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CALLS_FOLDER, str(tmp_path))
    chaos = Chaos()

    chaos.echo(7)
    with pytest.raises(RuntimeError):
        chaos.fail(8)
    chaos.echo(7)

    (file,) = tmp_path.iterdir()
    assert file.read_text().split() == ["7", "8", "7"]
