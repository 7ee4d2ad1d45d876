# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a command of make and prints wall and CPU seconds of its stages, which begin with a line "== name"."""

import argparse
import itertools
import subprocess
import sys
import time
from pathlib import Path


def cpu_seconds(process: int) -> float:
    """What the ended children of a process have used; those of make are the lines of its recipes."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / 100


def main() -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--disk", action="append", default=[], type=Path, metavar="FOLDER", help="print its size at the end"
    )
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    # Text of a pipe comes late from some programs; the lines of stages are echoed by a shell each and come at once.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    assert process.stdout is not None
    stages = [("start", time.monotonic(), 0.0)]
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        if line.startswith("== "):
            stages.append((line[3:].strip(), time.monotonic(), cpu_seconds(process.pid)))
    # The process is a zombie until it is waited for, so that what it used can still be read.
    end = ("end", time.monotonic(), cpu_seconds(process.pid))
    code = process.wait()
    stages.append(end)
    print(f"\n{'stage':32} {'wall [s]':>9} {'CPU [s]':>9}")
    for (name, wall, cpu), (_, wall_after, cpu_after) in itertools.pairwise(stages):
        print(f"{name:32} {wall_after - wall:9.1f} {cpu_after - cpu:9.1f}")
    print(f"{'all':32} {end[1] - stages[0][1]:9.1f} {end[2]:9.1f}")
    for folder in args.disk:
        if folder.exists():
            size = subprocess.run(["du", "-sxm", folder], check=True, stdout=subprocess.PIPE, text=True).stdout
            print(f"{folder.name:32} {size.split()[0]:>6} MB")
    return code


if __name__ == "__main__":
    sys.exit(main())
