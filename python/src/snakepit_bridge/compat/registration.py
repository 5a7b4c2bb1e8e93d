"""How an adapter's own tools look to it; plain objects where the Elixir system has messages of its contract."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..adapter import METADATA, ToolMetadata


@dataclass
class ParameterSpec:
    name: str = ""
    type: str = "any"
    description: str = ""
    required: bool = False
    default_value: Any = None
    validation_json: str = ""


@dataclass
class ToolRegistration:
    name: str = ""
    description: str = ""
    parameters: list[ParameterSpec] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    supports_streaming: bool = False


def registrations(adapter: Any) -> list[ToolRegistration]:
    """The marked methods by name, and ``execute_tool`` when the adapter has one."""
    owner = type(adapter)
    found = []
    for name in dir(owner):
        static = inspect.getattr_static(owner, name)  # not getattr: a property must not run
        metadata = getattr(getattr(static, "__func__", static), METADATA, None)
        if isinstance(metadata, ToolMetadata):
            found.append(_registration(owner, name, getattr(adapter, name), metadata))
    if hasattr(owner, "execute_tool") and all(tool.name != "execute_tool" for tool in found):
        found.append(ToolRegistration("execute_tool", "Takes the calls of every tool."))
    return found


def _registration(owner: type, name: str, method: Callable[..., Any], metadata: ToolMetadata) -> ToolRegistration:
    about = {"adapter_class": owner.__name__, "module": owner.__module__}
    if metadata.required_variables:
        about["required_variables"] = ",".join(metadata.required_variables)
    parameters = [_parameter(parameter) for parameter in inspect.signature(method).parameters.values()]
    return ToolRegistration(name, metadata.description, parameters, about, metadata.supports_streaming)


def _parameter(parameter: inspect.Parameter) -> ParameterSpec:
    annotation = parameter.annotation
    known = "any" if annotation is parameter.empty else str(getattr(annotation, "__name__", annotation)).lower()
    if parameter.default is parameter.empty:
        return ParameterSpec(parameter.name, known, required=True)
    return ParameterSpec(parameter.name, known, default_value=parameter.default, validation_json=_default(parameter.default))


def _default(value: Any) -> str:
    import json  # not above: what is imported before the guardian is forked stays in the guardian's memory

    try:
        return json.dumps({"default": value})
    except (TypeError, ValueError):  # a default that JSON does not have
        return ""
