"""The ways in which a worker ends: asked to stop, left by its silo, or failed; and the adapter's last hooks."""
