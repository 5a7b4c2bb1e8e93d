"""Tables of tools, signatures and adapter loading, without a process."""

import functools
import sys
import types
from typing import Any

import pytest
from links import execute

from snakepit_bridge import BaseAdapter, SessionContext, ToolContext, current_context, tool
from snakepit_bridge.boot import loading
from snakepit_bridge.codec import wire
from snakepit_bridge.run.arguments import bind
from snakepit_bridge.run.failures import Rejection
from snakepit_bridge.run.tools import build_table


class Shapes(BaseAdapter):
    @tool
    def odd_name(self, a: "int", ctx: "ToolContext | None" = None, *rest: int, key: str = "k", **more: Any) -> None: ...

    @staticmethod
    @tool
    def static(a: int = 3, b: object = object) -> None: ...

    @classmethod
    @tool
    def of_class(cls) -> str:
        return cls.__name__

    @property
    def dangerous(self) -> int:
        raise AssertionError("properties must not run")


class Contexts:
    @tool
    def free(self, context) -> None: ...  # type: ignore[no-untyped-def]

    @tool
    def optional(self, context: "ToolContext | None" = None) -> None: ...

    @tool
    def theirs(self, ctx: SessionContext) -> None: ...

    @tool
    def text(self, question: str, context: str) -> None: ...


def decorated(function: Any) -> Any:
    @functools.wraps(function)
    def around(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return around


class Reserved:
    @tool
    def free(me, **values: Any) -> None: ...

    @tool
    @decorated
    def wrapped(this, ctx: ToolContext, **values: Any) -> None: ...

    @tool
    def only(self, /, **values: Any) -> None: ...

    @staticmethod
    @tool
    def static(**values: Any) -> None: ...


class Twice:
    @tool(name="same")
    def one(self) -> None: ...

    @tool(name="same")
    def two(self) -> None: ...


class PositionalOnly:
    @tool
    def bad(self, a: int, /) -> None: ...


def test_an_annotated_context_is_found_under_any_name() -> None:
    found = build_table(Shapes(), "Shapes").tools["odd_name"]
    assert found.context_name == "ctx"
    assert found.allowed is None
    assert found.required == {"a"}
    assert found.shape.text == "(a: int, key: str = 'k', **more: Any)"


def test_a_context_with_another_annotation_is_an_argument() -> None:
    tools = build_table(Contexts(), "Contexts").tools
    assert {name: found.context_name for name, found in tools.items()} == {
        "free": "context",
        "optional": "context",
        "theirs": "ctx",
        "text": None,
    }
    assert tools["text"].required == {"question", "context"}


def test_static_and_class_methods_can_be_tools() -> None:
    tools = build_table(Shapes(), "Shapes").tools
    assert tools["of_class"].call() == "Shapes"
    assert [parameter.default_json for parameter in tools["static"].shape.parameters] == [b"3", b""]


def test_names_that_a_method_gets_without_the_caller_are_reserved() -> None:
    tools = build_table(Reserved(), "Reserved").tools
    assert tools["free"].reserved == {"me"}
    assert tools["wrapped"].reserved == {"this", "ctx"}
    assert tools["only"].reserved == set()
    assert tools["static"].reserved == set()


@pytest.mark.parametrize(("name", "argument"), [("free", "me"), ("wrapped", "this"), ("wrapped", "ctx")])
def test_a_reserved_name_is_no_argument(name: str, argument: str) -> None:
    frame = wire.ToWorker()
    execute(frame, 1, name, {argument: 1})
    nowhere: Any = None
    with pytest.raises(Rejection, match=f"unexpected '{argument}'") as refused:
        bind(build_table(Reserved(), "Reserved"), frame.items[0].execute, nowhere)
    assert refused.value.report.kind == wire.INVALID_ARGUMENTS


def test_hooks_that_are_not_overridden_are_absent() -> None:
    hooks = build_table(Shapes(), "Shapes").hooks
    assert (hooks.initialize, hooks.cleanup, hooks.shutdown, hooks.around) == (None, None, None, False)


def test_two_tools_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="two tools named 'same'"):
        build_table(Twice(), "Twice")


def test_positional_only_parameters_are_an_error() -> None:
    with pytest.raises(TypeError, match="'a' is positional-only"):
        build_table(PositionalOnly(), "PositionalOnly")


def test_an_adapter_without_tools_is_an_error() -> None:
    with pytest.raises(ValueError, match="offers no tools"):
        build_table(BaseAdapter(), "Empty")


def test_there_is_no_context_outside_of_a_request() -> None:
    with pytest.raises(LookupError, match="inside a running tool only"):
        current_context()


def test_the_names_of_many_tools_are_cut() -> None:
    def nothing() -> None: ...

    module = types.ModuleType("many")
    for number in range(25):
        setattr(module, f"t{number:02}", tool(name=f"t{number:02}")(types.FunctionType(nothing.__code__, {})))
    text = str(build_table(module, "many").unknown("zzz"))
    assert "t19 and 5 more." in text
    assert "t20" not in text


@pytest.mark.parametrize("name", [f"{__name__}.Shapes", f"{__name__}:Shapes"])
def test_an_adapter_is_found_with_dot_or_colon(name: str) -> None:
    assert loading.find(name).target is Shapes


def test_a_module_is_an_adapter() -> None:
    assert loading.find(__name__).target is sys.modules[__name__]


def test_a_mistyped_class_gets_a_hint() -> None:
    with pytest.raises(AttributeError, match="has no class 'Shape'. Did you mean 'Shapes'?"):
        loading.find(f"{__name__}.Shape")


def test_a_function_is_not_an_adapter() -> None:
    with pytest.raises(TypeError, match="is not a class but function"):
        loading.find(f"{__name__}.test_a_module_is_an_adapter")


def test_a_missing_import_inside_the_adapter_is_told_as_such() -> None:
    with pytest.raises(ModuleNotFoundError, match="surely_not_installed_package"):
        loading.find("broken_import.Adapter")
