"""Run a command and tell its seconds and peak memory: ``python launch.py COMMAND…``.

A process of its own, and a small one: Linux counts the memory of whoever starts a process
into that process's peak, so a large measuring process would tell its own.
"""

import os
import sys
import time

began = time.perf_counter()
silent = os.open(os.devnull, os.O_WRONLY)
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ,
                          file_actions=[(os.POSIX_SPAWN_DUP2, silent, 1)])
_, status, usage = os.wait4(process, 0)
print(time.perf_counter() - began, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
