"""Give every file of a collection to the command line, and tell what is not as it must be.

    python -m tests.hostile [OUT] [--kind KIND] [--only ID] [--exports]
    python -m tests.hostile --manifest MANIFEST.json [...]

Makes the collection below OUT (a temporary folder by default), or takes one that exists. Ends
with 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.hostile.collection import make_collection
from tests.hostile.commands import Manner, judge_row
from tests.hostile.rows import Collection, Row, load_manifest
from tests.hostile.table import Verdict, make_table


def main() -> int:
    """Run the collection that the arguments name."""
    arguments = _parse()
    with tempfile.TemporaryDirectory(prefix="hostile-") as temporary:
        if arguments.manifest:
            return _run(load_manifest(arguments.manifest), arguments)
        folder = arguments.out or Path(temporary, "collection")
        is_big = not arguments.small
        return _run(make_collection(folder, is_big=is_big, with_keras=is_big), arguments)


def _run(collection: Collection, arguments: argparse.Namespace) -> int:
    rows = [row for row in collection if _is_wanted(row, arguments)]
    verdicts = []
    for verdict in _judge_all(rows, collection, arguments):
        verdicts.append(verdict)
        _tell(verdict, is_verbose=arguments.verbose)
    print(make_table(verdicts))  # noqa: T201
    return int(any(verdict.faults for verdict in verdicts))


def _judge_all(
    rows: list[Row], collection: Collection, arguments: argparse.Namespace
) -> Iterator[Verdict]:
    manner = Manner(arguments.patience, arguments.busy, arguments.exports)

    def judge(row: Row) -> Verdict:
        return judge_row(row, collection, manner)

    with ThreadPoolExecutor(arguments.jobs) as pool:
        yield from pool.map(judge, rows)


def _tell(verdict: Verdict, *, is_verbose: bool) -> None:
    for fault in verdict.faults:
        print(f"{verdict.row.id:24} {verdict.row.kind:20} {fault}", flush=True)  # noqa: T201
    if is_verbose:
        info = verdict.outcomes["info"]
        text = " ".join(info.err.decode(errors="replace").split())
        taken = f"{info.seconds:.1f} s ({info.processor_seconds:.1f})"
        print(f"{verdict.row.id:24} {info.code} {taken} {text[:300]}")  # noqa: T201


def _is_wanted(row: Row, arguments: argparse.Namespace) -> bool:
    return (not arguments.kind or row.kind in arguments.kind) and (
        not arguments.only or row.id in arguments.only
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("out", type=Path, nargs="?", help="a new folder for the collection")
    parser.add_argument("--manifest", type=Path, help="a collection that exists")
    parser.add_argument("--small", action="store_true", help="leave large and Keras's files out")
    parser.add_argument("--kind", action="append", help="rows of this kind alone")
    parser.add_argument("--only", action="append", metavar="ID", help="this row alone")
    parser.add_argument("--exports", action="store_true", help="export what opens, too")
    parser.add_argument("--jobs", type=int, default=1, help="rows at a time")
    parser.add_argument("--patience", type=float, default=1, help="how much more time each has")
    parser.add_argument(
        "--busy", action="store_true", help="count only the time that a processor was busy"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="tell about every row")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
