"""From ``--adapter`` to the object that has the tools."""

import difflib
import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class AdapterSource:
    """An imported adapter that has not been constructed yet."""

    name: str
    target: Any  # a class or a module

    @property
    def thread_safe(self) -> bool:
        return getattr(self.target, "__thread_safe__", False) is True


def find(name: str) -> AdapterSource:
    """Accepts ``pkg.module.Class``, ``pkg.module:Class`` and ``pkg.module``."""
    module_name, colon, attribute = name.partition(":")
    if colon:
        return AdapterSource(name, _class_in(importlib.import_module(module_name), attribute))
    try:
        return AdapterSource(name, importlib.import_module(name))
    except ModuleNotFoundError as error:
        # Another missing name is an import inside the adapter that failed; the ready line must name that one.
        if error.name != name or "." not in name:
            raise
    module_name, _, attribute = name.rpartition(".")
    return AdapterSource(name, _class_in(importlib.import_module(module_name), attribute))


def construct(source: AdapterSource, threads: int) -> Any:
    if threads > 1 and not source.thread_safe:
        raise TypeError(
            f"Adapter '{source.name}' does not declare __thread_safe__ = True, which ThreadsPerWorker {threads} needs: "
            "declare it if several threads may run its code at once, or set the pool's WorkerProfile to process."
        )
    return source.target if isinstance(source.target, ModuleType) else source.target()


def _class_in(module: ModuleType, attribute: str) -> type:
    target = getattr(module, attribute, None)
    if isinstance(target, type):
        return target
    classes = sorted(key for key, value in vars(module).items() if isinstance(value, type))
    if target is not None:
        raise TypeError(f"'{attribute}' in module '{module.__name__}' is not a class but {type(target).__name__}.")
    close = difflib.get_close_matches(attribute, classes, 1)
    hint = f" Did you mean '{close[0]}'?" if close else f" It has: {', '.join(classes) or 'no classes'}."
    raise AttributeError(f"Module '{module.__name__}' has no class '{attribute}'.{hint}")
