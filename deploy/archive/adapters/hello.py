"""A first adapter. Every method with @tool can be called by its name."""

from snakepit_bridge import BaseAdapter, tool


class Hello(BaseAdapter):
    @tool
    def greet(self, name: str = "world") -> str:
        return f"Hello, {name}!"
