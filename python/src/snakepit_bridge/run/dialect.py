"""How the worker treats an adapter: by its own rules, or by those of another system whose adapters it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..codec.conversion import Convert, convert
from .context import ToolContext


def _as_it_is(item: Any) -> Any:
    return item


@dataclass(frozen=True)
class Dialect:
    context: type[ToolContext] = ToolContext  # made for each request
    convert: Convert = convert  # of values that JSON does not have
    unwrap: Callable[[Any], Any] = _as_it_is  # from an item of a stream to its value
    execute_tool_first: bool = False  # takes the names of marked tools as well
    instance_per_request: bool = False


OURS = Dialect()
