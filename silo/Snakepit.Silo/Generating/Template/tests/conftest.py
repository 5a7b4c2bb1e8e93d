"""Finds snakepit_bridge, which comes with the program snakepit: where it is installed, else where the program was that made this folder.

SNAKEPIT_BRIDGE names another folder.
"""

import importlib.util
import os
import sys

if importlib.util.find_spec("snakepit_bridge") is None:
    sys.path.append(os.environ.get("SNAKEPIT_BRIDGE", "BRIDGE_FOLDER"))
