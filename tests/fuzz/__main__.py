"""Give mutations to every reader: `python -m tests.fuzz [--mutations N] [--only TARGET]`.

Each target has processes of its own; one that dies is started anew behind the mutation that it
died of. Ends with 1 if anything but an error of ours left a reader. `--keep FOLDER` writes each
mutation that was too much to a file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.seeds import Seeds
from tests.fuzz.targets import TARGETS


@dataclass(frozen=True)
class Finding:
    """A mutation that something foreign left the reader with."""

    target: str
    number: int
    fault: str
    where: str


def fuzz(name: str, first: int, last: int) -> Iterator[Finding]:
    """Try the mutations of a target from one number to another."""
    while first < last:
        command = [sys.executable, "-m", "tests.fuzz.worker", name, str(first), str(last)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            at = first - 1
            for line in process.stdout or ():
                if line.startswith("{"):
                    yield Finding(name, at, **json.loads(line))
                else:
                    at = int(line)
        if process.returncode == 0:
            return
        if at < first:
            raise RuntimeError(f"The process of {name} ended with {process.returncode} at once.")
        if process.returncode > 0 or not TARGETS[name].may_crash:
            yield Finding(name, at, f"the process ended with {process.returncode}", "")
        first = at + 1


def main() -> int:
    """Fuzz what the arguments name."""
    arguments = _parse()
    seeds = Seeds()
    findings: list[Finding] = []
    names = arguments.only or list(TARGETS)
    each = -(-arguments.mutations // len(names))
    for name in names:
        found = list(fuzz(name, arguments.first, arguments.first + each))
        print(f"{name:16} {each:6,} mutations, {len(found)} findings", flush=True)  # noqa: T201
        findings += found
        if arguments.keep:
            _keep(found, seeds, arguments.keep)
    _tell(findings)
    return int(bool(findings))


def _tell(findings: list[Finding]) -> None:
    counts = Counter((each.target, each.where, each.fault[:60]) for each in findings)
    for (target, where, fault), count in counts.most_common():
        first = next(
            each.number
            for each in findings
            if (each.target, each.where, each.fault[:60]) == (target, where, fault)
        )
        print(f"{target:16} {count:5} × {fault} at {where}, first: {first}")  # noqa: T201


def _keep(findings: list[Finding], seeds: Seeds, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in findings:
        data = TARGETS[each.target].make(seeds, each.number)
        (folder / f"{each.target}-{each.number}").write_bytes(data)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--mutations", type=int, default=10_000, help="of all targets together")
    parser.add_argument("--only", action="append", choices=list(TARGETS), help="this target alone")
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutation")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where findings are written")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
