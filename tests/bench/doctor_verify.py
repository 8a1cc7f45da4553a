"""Check collections: each program does what is said of it, and each known fix cures it.

Run: python -m tests.bench.doctor_verify [COLLECTION or FOLDER ...] [--only ID,ID]
"""

# ruff: noqa: T201 - it is printed for whoever runs it

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.doctor_corpus import COLLECTIONS, CORPUS, Specimen, load
from tests.bench.doctor_forks import warm
from tests.bench.doctor_running import fails_as_declared, is_cured, run


def check(specimen: Specimen, folder: Path) -> list[str]:
    """Return what is not as declared."""
    result = run(specimen, folder, name="original")
    bad = [] if fails_as_declared(specimen, result) else [f"original: {_told(result)}"]
    if "-v" in sys.argv:
        print(f"      {_told(result)[:1500]}")
    for number, edits in enumerate(specimen.fixes):
        fixed = run(specimen, folder, edits=edits, name=f"fix{number}")
        if not is_cured(specimen, fixed):
            bad.append(f"fix {number}: {_told(fixed)}")
    lines = {(edit.file, edit.line) for edits in specimen.fixes for edit in edits}
    theirs = specimen.collection in ("shape", "training", "programs")
    if specimen.culprit and not theirs and not lines & specimen.acceptable:
        bad.append("no fix touches an acceptable line")
    return bad


def _told(result: Mapping[str, Any]) -> str:
    raised = result["exception"]
    facts = (raised and raised[0], result.get("line"), result["checks"], result.get("seconds"))
    return " ".join(map(str, (*facts, result["message"])))


def main() -> None:
    """Print a line per specimen; exit with 1 when one is not as declared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collections", nargs="*", default=list(COLLECTIONS))
    parser.add_argument("--only", default="")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    only = set(filter(None, options.only.split(",")))
    warm()
    failures = 0
    for name in options.collections:
        root = CORPUS / name if name in COLLECTIONS else Path(name).resolve()
        for specimen in load(root):
            if only and specimen.id not in only:
                continue
            bad = check(specimen, Path(tempfile.mkdtemp(prefix=f"verify-{specimen.id}-")))
            failures += bool(bad)
            print(f"{'BAD' if bad else 'ok '} {specimen.id} {specimen.title}", flush=True)
            for text in bad:
                print(f"      {text[:900]}")
    print(f"{failures} not as declared")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
