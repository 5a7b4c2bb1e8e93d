"""From the process's first line to the ready line: reads the settings, loads the adapter and puts the worker together.

Imports every other package; no other package imports this one. ``guardian`` and ``process`` run before anything heavy is
imported.
"""
