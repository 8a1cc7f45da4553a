"""How well the doctor does on programs whose faults are known: the table of the goals.

Run: python -m tests.bench.doctor shape|training|programs|own|all ... [--only ID,ID] [-v]
     python -m tests.bench.doctor training programs pathologies --train

It scores as ../shared/corpus/score.py does, but in forks of one process that has imported the
frameworks, so that a case takes seconds. `--mine FOLDER` examines a collection of one's own: a
folder with `cases.json` in the form of tests/corpus/programs. `--healthy` runs what must bring no
finding. `--train` runs only what trains, sick or healthy, and holds it against the goals for
trainings. Reports, logs and copies of each case are left in the folder named at the end.
"""

# ruff: noqa: T201 - it is printed for whoever runs the bench

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.bench.doctor_corpus import COLLECTIONS, CORPUS, TRAINING, Specimen, load
from tests.bench.doctor_debugging import debug, examine, warm_doctor
from tests.bench.doctor_healthy import healthy_programs
from tests.bench.doctor_parallel import in_parallel
from tests.bench.doctor_scoring import Score
from tests.bench.doctor_table import HEADER, SHORT, line, missed_goals
from tests.bench.doctor_telling import (
    print_details,
    print_false_alarms,
    print_totals,
    print_trainings,
)


def main() -> None:
    """Examine what the command line names."""
    options = _options()
    # Line by line, also into a file: whoever waits for a long run wants to see how far it is.
    sys.stdout.reconfigure(line_buffering=True)
    results = Path(options.results or tempfile.mkdtemp(prefix="doctor-"))
    results.mkdir(parents=True, exist_ok=True)
    collections = _collections(options)
    warm_doctor()
    if options.healthy:
        sys.exit(_examine_healthy(collections, options, results))
    rows, missed, healthy = [], [], []
    for root in collections:
        specimens = _chosen(load(root), options)
        scores, alarms = _examine_collection(specimens, options, results)
        rows += scores
        healthy += alarms
        if options.train:
            continue
        print_totals(root.name, scores)
        counted = [each for each in scores if root.name not in TRAINING or each.kind != "pathology"]
        missed += missed_goals(counted, programs=root.name not in SHORT)
    if options.train:
        missed = print_trainings(rows, healthy)
    (results / "scores.json").write_text(json.dumps([each.as_json() for each in rows], indent=1))
    print(f"\nreports and logs: {results}")
    sys.exit(bool(options.goals and missed))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="*", choices=[*COLLECTIONS, "all", []])
    parser.add_argument("--mine", type=Path, help="a folder with cases.json")
    parser.add_argument("--only", default="", metavar="ID,ID", help="these cases; A0* works too")
    parser.add_argument("--limit", type=int, help="the first N of each collection")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    parser.add_argument("--no-fixes", action="store_true", help="do not try the fixes offered")
    parser.add_argument("--no-verify", action="store_true", help="debug --no-verify: faster")
    parser.add_argument("--pathologies", action="store_true", help="in the training collection too")
    parser.add_argument("--train", action="store_true", help="only what trains, sick or healthy")
    parser.add_argument("--healthy", action="store_true", help="look for false alarms")
    parser.add_argument("--goals", action="store_true", help="exit with 1 when one is missed")
    parser.add_argument("--results", help="folder for reports and logs")
    parser.add_argument("-v", "--verbose", action="store_true", help="say why a case fails")
    return parser.parse_args()


def _collections(options: argparse.Namespace) -> list[Path]:
    names = options.collections or ([] if options.mine else ["all"])
    named = COLLECTIONS if "all" in names else names
    roots = [CORPUS / name for name in named if (CORPUS / name / "cases.json").exists()]
    return roots + ([options.mine.resolve()] if options.mine else [])


def _chosen(specimens: Sequence[Specimen], options: argparse.Namespace) -> list[Specimen]:
    only = [each for each in options.only.split(",") if each]
    chosen = [
        each
        for each in specimens
        if (not only or any(fnmatch(each.id, pattern) for pattern in only))
        and _is_asked_for(each, options)
    ]
    return chosen[: options.limit]


def _is_asked_for(specimen: Specimen, options: argparse.Namespace) -> bool:
    if options.train:
        return specimen.kind in ("pathology", "healthy")
    is_long = specimen.collection in TRAINING and specimen.kind == "pathology"
    return not is_long or options.pathologies or bool(options.only)


def _examine_collection(
    specimens: Sequence[Specimen], options: argparse.Namespace, results: Path
) -> tuple[list[Score], list[bool]]:
    """Return the scores of what is sick, and for all that is healthy whether it was alarmed at."""
    print(f"\n{HEADER}")

    def work(specimen: Specimen) -> dict[str, Any]:
        folder = _folder(results, specimen.id)
        if specimen.is_healthy:
            return {"report": debug(specimen, folder, verify=not options.no_verify)}
        score, report = examine(
            specimen, folder, try_fixes=not options.no_fixes, verify=not options.no_verify
        )
        (folder / "report.json").write_text(json.dumps(report, indent=1))
        return {"score": score.as_json(), "report": report}

    scores, alarms = [], []
    for specimen, answer in in_parallel(specimens, work, options.jobs):
        if "error" in answer:
            print(f"{specimen.id:<8}the bench failed: {answer['error']}")
        elif "score" not in answer:
            alarms.append(bool(print_false_alarms(specimen.id, specimen, answer["report"])))
        else:
            score = Score(**answer["score"])
            scores.append(score)
            print(line(score))
            if options.verbose and not _is_perfect(score):
                print_details(specimen, score, answer["report"], _folder(results, specimen.id))
    return scores, alarms


def _is_perfect(score: Score) -> bool:
    good = score.acceptable and score.layer is not False and score.symptom is not False
    return good and not score.missed and score.fixes[:1] == [True]


def _folder(results: Path, name: str) -> Path:
    folder = results / name.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _examine_healthy(
    collections: Sequence[Path], options: argparse.Namespace, results: Path
) -> bool:
    specimens = [each for root in collections for each in _chosen(load(root), options)]
    programs = list(healthy_programs(specimens))
    if options.only:
        programs = [each for each in programs if not each[0].startswith("sample")]

    def work(program: tuple[str, Specimen, Any]) -> dict[str, Any]:
        title, specimen, edits = program
        return debug(specimen, _folder(results, title), edits=edits, verify=not options.no_verify)

    bad = 0
    for (title, specimen, _), report in in_parallel(programs, work, options.jobs):
        bad += print_false_alarms(title, specimen, {"diagnoses": [], "wall": 0, **report})
    print(f"{bad} of {len(programs)} healthy programs with findings or crashes; logs: {results}")
    return bool(bad)


if __name__ == "__main__":
    main()
