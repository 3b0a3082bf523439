#!/usr/bin/env python3
"""Runs a command on a machine that stalls: again and again a random process below it is stopped for a
moment, so that the tests, the program and its service meet each other at odd times.

    python3 tests/stalls.py cargo test --test it
    MOST=1.5 EVERY=0.05 python3 tests/stalls.py cargo test --test it hands::

MOST is the longest stop and EVERY the mean time between two, in seconds. Linux only: it reads /proc.
Exits as the command does.
"""

import os
import random
import signal
import subprocess
import sys
import time


def below(root):
    """The processes below `root`, as they are now."""
    children = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                parent = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(parent, []).append(int(entry))
    found, ahead = [], [root]
    while ahead:
        for child in children.get(ahead.pop(), []):
            found.append(child)
            ahead.append(child)
    return found


def send(number, process):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def main():
    most = float(os.environ.get("MOST", "0.6"))
    every = float(os.environ.get("EVERY", "0.03"))
    # Should this process die, the system would wake those that are stopped with a hang-up, which they
    # would take for a wish to stop: their session must not be ours. Nor must the command lead it, to which a
    # terminal that a test opens would belong.
    leader = ["sh", "-c", '"$@"; exit $?', "sh"]
    command = subprocess.Popen(leader + sys.argv[1:], start_new_session=True)
    stopped = {}
    try:
        while command.poll() is None:
            now = time.monotonic()
            for process in [one for one, until in stopped.items() if until <= now]:
                del stopped[process]
                send(signal.SIGCONT, process)
            running = [one for one in below(command.pid) if one not in stopped]
            if running:
                process = random.choice(running)
                send(signal.SIGSTOP, process)
                stopped[process] = now + random.random() ** 2 * most
            time.sleep(random.random() * 2 * every)
    finally:
        for process in stopped:
            send(signal.SIGCONT, process)
    return command.returncode


if __name__ == "__main__":
    sys.exit(main())
