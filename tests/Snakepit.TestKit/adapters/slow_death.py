"""Keeps a process from its parent for a while after its death, as the kernel does that gives back the memory of a GPU.

``slow_death.py PID SECONDS``: prints "held" when it holds the process, and lets go SECONDS after the process has died.
"""

import ctypes
import os
import sys
import time

SEIZE = 0x4206

ptrace = ctypes.CDLL(None, use_errno=True).ptrace
ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

pid = int(sys.argv[1])
if ptrace(SEIZE, pid, None, None) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))
print("held", flush=True)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
time.sleep(float(sys.argv[2]))
