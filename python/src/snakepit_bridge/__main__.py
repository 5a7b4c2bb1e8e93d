"""``python -m snakepit_bridge``: one worker."""

import sys

from . import guardian
from .process import leave_with_parent

if __name__ == "__main__":
    leave_with_parent(sys.argv)
    guardian.start()
    from .main import main

    sys.exit(main(sys.argv))
