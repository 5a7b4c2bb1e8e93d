"""Whose rules an adapter is run by."""

from types import ModuleType
from typing import Any

import pytest

import snakepit_bridge
from snakepit_bridge.base_adapter import BaseAdapter as TheirBase
from snakepit_bridge.compat.dialect import dialect_of


class Theirs(TheirBase):
    pass


class Contract:
    def set_session_context(self, context: Any) -> None: ...

    def execute_tool(self, tool_name: str, arguments: Any, context: Any) -> None: ...


class OnlyExecutes:
    def execute_tool(self, tool_name: str, arguments: Any, context: Any) -> None: ...


class Ours(snakepit_bridge.BaseAdapter):
    def set_session_context(self, context: Any) -> None: ...

    def execute_tool(self, tool_name: str, arguments: Any, context: Any) -> None: ...


@pytest.mark.parametrize("target", [Theirs, Contract])
def test_their_base_class_or_their_contract_makes_an_adapter_theirs(target: type) -> None:
    assert dialect_of(target).instance_per_request


@pytest.mark.parametrize("target", [OnlyExecutes, Ours, ModuleType("tools")])
def test_everything_else_keeps_one_instance_and_strict_results(target: Any) -> None:
    dialect = dialect_of(target)
    assert not dialect.instance_per_request
    assert dialect.convert is dialect_of(Ours).convert is not dialect_of(Theirs).convert
