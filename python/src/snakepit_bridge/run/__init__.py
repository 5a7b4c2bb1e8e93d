"""One request: its ticket, the tool that it names, how the tool is called and interrupted, and what comes of it.

Imports the values and messages of ``codec`` only. ``context``, ``interrupt`` and ``tracebacks`` are imported before the worker has
checked its dependencies, so these modules import no third-party package.
"""
