"""What names of the Elixir system do not do here."""


def absent(name: str, why: str) -> NotImplementedError:
    """One sentence with the name that the adapter used, and what to do instead."""
    return NotImplementedError(f"{name} is not available in Snakepit.Orleans: {why}")
