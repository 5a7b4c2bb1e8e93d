"""``python -m snakepit_bridge``: one worker."""

import sys

from .boot import guardian
from .boot.process import leave_with_parent

if __name__ == "__main__":
    leave_with_parent(sys.argv)
    guardian.start()
    from .boot.main import main

    sys.exit(main(sys.argv))
