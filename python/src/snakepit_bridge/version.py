"""What this package calls itself in the handshake."""

__version__ = "0.1.0"

PROTOCOL = 1
