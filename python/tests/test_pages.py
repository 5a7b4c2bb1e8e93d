"""What README and the documentation show of Python is Python, and runs as the source of an adapter."""

import ast
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import snakepit_bridge

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^ *```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
BLOCKS = [
    pytest.param(textwrap.dedent(block), id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(FENCED.findall(page.read_text(encoding="utf-8")))
]


def test_pages_show_python() -> None:
    assert BLOCKS


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_the_source_of_an_adapter_or_a_part_of_one(block: str) -> None:
    """A part takes the names of the package for granted. Nothing is called, so what a tool does inside may be made up."""
    names: dict[str, Any] = {"__name__": "page", **{name: getattr(snakepit_bridge, name) for name in snakepit_bridge.__all__}}

    exec(compile(ast.parse(block), "page", "exec"), names)
