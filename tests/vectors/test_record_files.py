#!/usr/bin/env python3
"""The files of protocol/vectors/records are what make-record-vectors writes, byte for byte. TAP."""
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path("protocol/vectors/records")
TOOL = pathlib.Path(os.environ.get("BUILD", "build")) / "tests" / "make-record-vectors"
FILES = ["valid", "envelope", "header", "declined"]


def written(name):
    return subprocess.run([TOOL, name], capture_output=True, timeout=60, check=False)


def main():
    if not TOOL.exists():
        print(f"ok 1 - record vectors # SKIP {TOOL} is not built")
        return 0
    failed = 0
    for number, name in enumerate(FILES, 1):
        run = written(name)
        good = run.returncode == 0 and run.stdout == (FOLDER / f"{name}.txt").read_bytes()
        for line in run.stderr.decode(errors="replace").splitlines():
            print("#", line)
        print(f"{'ok' if good else 'not ok'} {number} - {name}.txt is what is written today")
        failed += not good
    print(f"1..{len(FILES)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
