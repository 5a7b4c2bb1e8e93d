"""How the modules of the worker may depend on each other, read from their imports."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "snakepit_bridge"

# What adapter authors and the silo name. Everything else belongs into a package.
PUBLIC = {"__init__", "__main__", "adapter", "chaos", "version"}

# Module names of the Elixir system: each hands on what ``compat`` has, and nothing of ours imports it.
SHIMS = {
    *("base_adapter", "base_adapter_threaded", "heartbeat", "logging_config", "serialization"),
    *("session_context", "telemetry", "thread_safety_checker", "zero_copy", "adapters"),
}

# A module imports from its own row and from the rows before.
LAYERS = (
    *(("adapter", "version"), ("codec",), ("run",), ("compat",), ("work",), ("link",), ("end",), ("boot",)),
    *(("__init__",), ("chaos", "__main__", *SHIMS)),
)

MOST_LINES = 200
MOST_COLUMNS = 140


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _name(file: Path) -> str:
    """``run.tickets``; ``run`` for the package itself and ``__init__`` for the whole."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {_name(file): file for file in _files()}


def _targets(module: str, node: ast.AST) -> Iterator[str]:
    """The modules of ours that an import names; ``from .run import tickets`` names the module, not only the package."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.partition(".")[0] == "snakepit_bridge":
                yield alias.name.partition(".")[2] or "__init__"
    if not isinstance(node, ast.ImportFrom):
        return
    if node.level:
        folder = MODULES[module].relative_to(PACKAGE).parent.parts
        base = [*folder[: len(folder) - node.level + 1], *(node.module or "").split(".")]
    elif (node.module or "").partition(".")[0] == "snakepit_bridge":
        base = (node.module or "").split(".")[1:]
    else:
        return
    package = ".".join(part for part in base if part)
    for alias in node.names:
        inner = f"{package}.{alias.name}" if package else alias.name
        yield inner if inner in MODULES else package or "__init__"


def _imports(module: str) -> set[str]:
    """Everywhere in the file: an import inside a function would otherwise hide a circle."""
    tree = ast.parse(MODULES[module].read_text())
    return {target for node in ast.walk(tree) for target in _targets(module, node)}


def _package(module: str) -> str:
    return module.partition(".")[0]


def _circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_modules_form_no_circle() -> None:
    assert _circle({module: _imports(module) for module in MODULES}) == []


def test_packages_form_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        packages = {_package(target) for target in _imports(module)}
        graph.setdefault(_package(module), set()).update(packages - {_package(module)})
    assert _circle(graph) == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_before_it(module: str) -> None:
    rank = {name: number for number, names in enumerate(LAYERS) for name in names}
    above = {target for target in _imports(module) if rank[_package(target)] > rank[_package(module)]}
    assert not above


@pytest.mark.parametrize("module", MODULES)
def test_no_import_of_ours_is_for_type_checkers_alone(module: str) -> None:
    """It would hide a circle from the interpreter, and from the tests above nothing."""
    blocks = [
        node
        for node in ast.walk(ast.parse(MODULES[module].read_text()))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    hidden = {target for block in blocks for node in ast.walk(block) for target in _targets(module, node)}
    assert not hidden


def test_the_top_level_holds_public_modules_only() -> None:
    assert {file.stem for file in PACKAGE.glob("*.py")} == PUBLIC | SHIMS - {"adapters"}


@pytest.mark.parametrize("module", [module for module in MODULES if module.partition(".")[0] in SHIMS])
def test_a_module_of_the_elixir_systems_names_only_hands_on(module: str) -> None:
    body = ast.parse(MODULES[module].read_text()).body
    assert [type(node) for node in body[1:]] in ([], [ast.ImportFrom])
    assert all(target.startswith("compat.") for target in _imports(module))


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short_and_narrow(module: str) -> None:
    lines = MODULES[module].read_text().splitlines()
    wide = [number for number, line in enumerate(lines, 1) if len(line) > MOST_COLUMNS]
    assert (len(lines) < MOST_LINES, wide) == (True, [])


def test_every_package_says_what_it_is_for() -> None:
    silent = [name for name, file in MODULES.items() if file.stem == "__init__" and not ast.get_docstring(ast.parse(file.read_text()))]
    assert silent == []


def test_what_runs_before_the_guardian_imports_nothing_heavy() -> None:
    """Until the guardian has been forked, a worker can leave children behind; and the guardian keeps what was imported in memory."""
    code = (
        "import sys, snakepit_bridge.boot.guardian, snakepit_bridge.boot.process;"
        "print(sorted({'asyncio', 'google.protobuf', 'grpc', 'json'} & set(sys.modules)))"
    )
    environment = {"PYTHONPATH": str(PACKAGE.parent)}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=300)
    assert shown.stdout.strip() == "[]"
