"""The wheel: what it holds, and what a type checker knows of it."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import copytree, ignore_patterns, which

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "src" / "snakepit_bridge"

GOOD = '''
from collections.abc import Iterator

from snakepit_bridge import BaseAdapter, RequestCancelled, ToolContext, __version__, current_context, tool
from snakepit_bridge import ThreadSafeAdapter, ThreadSafetyChecker, require_thread_safe, thread_safe_method


class Adapter(BaseAdapter):
    @tool
    def add(self, a: float, b: float) -> float:
        return a + b

    @tool(name="wait", description="Waits.", idempotent=True)
    def wait_for(self, context: ToolContext) -> str:
        left: float | None = context.remaining()
        try:
            current_context().progress()
        except RequestCancelled:
            context.log.warning("cancelled with %s s left", left)
            raise
        return f"{context.session_id} {context.session_moved} {context.attachments.get('file', b'')!r} {__version__}"

    @tool(supports_streaming=True)
    def count(self, to: int) -> Iterator[int]:
        yield from range(to)

    def end_session(self, session_id: str, reason: str) -> None:
        print(session_id, reason)


class Shared(ThreadSafeAdapter):
    @thread_safe_method
    def count(self, by: int) -> int:
        with self.acquire_lock():
            return by


@require_thread_safe
def use(adapter: Shared, checker: ThreadSafetyChecker) -> int:
    checker.check_method_access("count")
    return adapter.count(1)


answer: float = Adapter().add(1, 2)
'''

BAD = '''
from snakepit_bridge import BaseAdapter, ToolContext, tool


class Adapter(BaseAdapter):
    @tool
    def add(self, a: float, context: ToolContext) -> float:
        context.remainig()
        return a

    @tool(idempotent="yes")
    def sub(self) -> None: ...

    def end_session(self, session_id: int) -> None: ...


text: float = Adapter().add(1)
'''


def test_every_folder_of_the_package_is_found_by_setuptools() -> None:
    folders = {file.parent for file in PACKAGE.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = [name for name in ("pip", "setuptools", "wheel") if importlib.util.find_spec(name) is None]
    assert missing == [], "pip, setuptools and wheel build the wheel"
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    # A copy: setuptools leaves folders beside the sources.
    copytree(PROJECT, source, ignore=ignore_patterns("tests", "build", "*.egg-info", "__pycache__", ".*"))
    build = [sys.executable, "-W", "ignore", "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--quiet", "-w", str(folder)]
    done = subprocess.run(build, cwd=source, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_the_contract(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("snakepit_bridge/")}
    ours = {file.relative_to(PACKAGE.parent).as_posix() for file in PACKAGE.rglob("*") if file.suffix in (".py", ".binpb", ".typed")}
    assert held == ours
    assert {"snakepit_bridge/link.binpb", "snakepit_bridge/py.typed", "snakepit_bridge/run/context.py"} <= held


@pytest.mark.slow
@pytest.mark.parametrize(
    ("adapter", "errors"),
    [(GOOD, []), (BAD, ["call-overload", "attr-defined", "override", "call-arg"])],
    ids=["right", "wrong"],
)
def test_a_type_checker_knows_the_installed_package(wheel: Path, tmp_path: Path, adapter: str, errors: list[str]) -> None:
    mypy = [sys.executable, "-m", "mypy"] if importlib.util.find_spec("mypy") else [which("mypy") or "/usr/bin/mypy"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True, timeout=300)
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (tmp_path / "adapter.py").write_text(adapter)
    python = tmp_path / "venv" / "bin" / "python"
    options = ["--strict", "--no-error-summary", "--cache-dir", str(tmp_path / "cache"), "--python-executable", str(python)]
    done = subprocess.run([*mypy, *options, "adapter.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    lines = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [error for error in errors if not any(f"[{error}]" in line for line in lines)] == [], done.stdout
    assert bool(lines) == bool(errors), done.stdout + done.stderr
