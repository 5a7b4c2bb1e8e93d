"""An adapter as the Elixir system had them: one function takes the calls of every name."""

from typing import Any


class ElixirStyle:
    def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"tool": tool_name, "arguments": arguments}
