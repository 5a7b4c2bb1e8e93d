"""What a function's signature says about its arguments."""

import enum
import inspect
import json
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# The second name is what adapters of the Elixir system call it.
_CONTEXT = re.compile(r"\b(ToolContext|SessionContext)\b")

# A text in a hint, or the module of a name. People read the name alone.
_MODULE = re.compile(r"('[^']*'|\"[^\"]*\")|(?:[A-Za-z_]\w*\.|<locals>\.)+(?=[A-Za-z_])")

_MOST_SHOWN = 100
_MOST_DEFAULT_BYTES = 4096


@dataclass(frozen=True)
class Parameter:
    name: str
    required: bool
    default_json: bytes
    any: bool  # **kwargs


@dataclass(frozen=True)
class Shape:
    parameters: tuple[Parameter, ...]
    context_name: str | None  # the parameter that receives the ToolContext
    reserved: frozenset[str]  # names that Python or the worker fills: no argument may have one of them
    returns: str
    text: str  # shown to a caller whose arguments do not fit


def read_signature(function: Callable[..., Any], tool_name: str) -> Shape:
    signature = inspect.signature(function)
    parameters: list[Parameter] = []
    written: list[str] = []
    context_name: str | None = None
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY:
            if parameter.default is parameter.empty:
                raise TypeError(f"Tool '{tool_name}' cannot be called by name: '{parameter.name}' is positional-only.")
            continue
        if parameter.kind is not parameter.VAR_KEYWORD and _is_context(parameter):
            context_name = parameter.name
            continue
        is_any = parameter.kind is parameter.VAR_KEYWORD
        parameters.append(
            Parameter(
                name=parameter.name,
                required=not is_any and parameter.default is parameter.empty,
                default_json=_default(parameter.default),
                any=is_any,
            )
        )
        written.append(_written(parameter))
    reserved = _bound_names(function) | ({context_name} if context_name is not None else set())
    returns = _annotation(signature.return_annotation)
    return Shape(tuple(parameters), context_name, frozenset(reserved), returns, f"({', '.join(written)})")


def _bound_names(function: Callable[..., Any]) -> set[str]:
    """Names that Python fills itself: ``self`` of a method, also below decorators. ``**kwargs`` cannot take such a name as well."""
    names: set[str] = set()
    if getattr(function, "__self__", None) is None:
        return names
    below: Any = getattr(function, "__func__", None)
    while below is not None:
        first = next(iter(inspect.signature(below, follow_wrapped=False).parameters.values()), None)
        if first is not None and first.kind is first.POSITIONAL_OR_KEYWORD:
            names.add(first.name)
        below = getattr(below, "__wrapped__", None)
    return names


def _written(parameter: inspect.Parameter) -> str:
    """The parameter as in the source, also when annotations are texts because of ``from __future__ import annotations``."""
    stars = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
    annotation = _annotation(parameter.annotation)
    text = f"{stars}{parameter.name}{': ' if annotation else ''}{annotation}"
    if parameter.default is parameter.empty:
        return text
    default = _shown(parameter.default)
    return f"{text} = {default}" if annotation else f"{text}={default}"


def _shown(default: Any) -> str:
    """A default may be a large value, or one that cannot be shown."""
    if isinstance(default, enum.Enum):
        return str(f"{type(default).__name__}.{default.name}")
    try:
        text = repr(default)
    except Exception:
        return "..."
    return text if len(text) <= _MOST_SHOWN else "..."


def _is_context(parameter: inspect.Parameter) -> bool:
    """``context: str`` is an argument like any other: a question with its context is a common shape of a tool."""
    annotation = _annotation(parameter.annotation)
    return bool(_CONTEXT.search(annotation)) or (not annotation and parameter.name == "context")


def _annotation(annotation: Any) -> str:
    if annotation is inspect.Parameter.empty:
        return ""
    try:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        return _MODULE.sub(lambda found: found[1] or "", text)
    except Exception:  # the hint is the author's code, and no reason for a worker not to start
        return "..."


def _default(value: Any) -> bytes:
    if value is inspect.Parameter.empty:
        return b""
    value = value.value if isinstance(value, enum.Enum) else value
    try:
        written = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except Exception:  # advertised as having no JSON form
        return b""
    return written if len(written) <= _MOST_DEFAULT_BYTES else b""
