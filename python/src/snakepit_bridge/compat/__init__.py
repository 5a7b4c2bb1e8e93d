"""Names of the Elixir system, so that its adapters load and run unchanged. The modules that they import stand at the top of the package.

Nothing here pretends: what this system does not do yet raises an error that says so.
"""
