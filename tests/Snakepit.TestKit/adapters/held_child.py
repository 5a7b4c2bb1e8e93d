"""Starts a process and holds it in the middle of its death, where no signal reaches it, as a broken driver would.

``held_child.py NAME=value... -- command argument...``: prints the process's number, and lets go of it when the input ends.
"""

import ctypes
import os
import sys

TRACE_ME, CONTINUE, SET_OPTIONS = 0, 7, 0x4200
STOP_AT_EXIT, KILL_WITH_TRACER = 0x40, 0x100000
EXIT_EVENT = 6

ptrace = ctypes.CDLL(None, use_errno=True).ptrace
ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

split = sys.argv.index("--")
marks, command = sys.argv[1:split], sys.argv[split + 1 :]
child = os.fork()
if child == 0:
    ptrace(TRACE_ME, 0, None, None)
    os.execvpe(command[0], command, os.environ | dict(mark.split("=", 1) for mark in marks))

os.waitpid(child, 0)
if ptrace(SET_OPTIONS, child, None, STOP_AT_EXIT | KILL_WITH_TRACER) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))
ptrace(CONTINUE, child, None, None)
print(child, flush=True)
while True:
    _, status = os.waitpid(child, 0)
    if not os.WIFSTOPPED(status):
        break
    dying = status >> 16 == EXIT_EVENT
    if dying:
        sys.stdin.read()
    ptrace(CONTINUE, child, None, None if dying else os.WSTOPSIG(status))
