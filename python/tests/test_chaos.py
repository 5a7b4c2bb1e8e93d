"""The bad tools of ``snakepit chaos`` that can be called in peace."""

import pytest

from snakepit_bridge.chaos import Chaos


def test_answers_carry_the_callers_number() -> None:
    chaos = Chaos()
    assert [chaos.echo(7), chaos.nap(8, 0.0), chaos.spin(9, 0.0), chaos.grow(10)] == [7, 8, 9, 10]


def test_a_call_that_is_meant_to_fail_says_which() -> None:
    with pytest.raises(RuntimeError, match="call 3 was meant to fail"):
        Chaos().fail(3)
