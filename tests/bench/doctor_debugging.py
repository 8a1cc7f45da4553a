"""`graphscope debug` is run on a specimen, in a fork, and the fixes it offers are tried."""

from __future__ import annotations

import contextlib
import importlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.doctor_corpus import Edits, Specimen
from tests.bench.doctor_forks import in_fork, warm
from tests.bench.doctor_running import CPU_SECONDS_OF_PROGRAMS, is_cured, run
from tests.bench.doctor_scoring import FIXES_TRIED, Score, edits_of, findings, score

OUT = "out.json"


def warm_doctor() -> None:
    """Import the frameworks, the command and the rules."""
    warm()
    importlib.import_module("graphscope.cli.root")
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("graphscope.cli.debug")
    rule = importlib.import_module("graphscope.doctor.rule")
    for package in ("graphscope.doctor.rules", "graphscope.doctor.checks"):
        with contextlib.suppress(ImportError):
            rule.load_rules(importlib.import_module(package))


def debug(
    specimen: Specimen, folder: Path, *, edits: Edits = (), name: str = "debug", verify: bool = True
) -> dict[str, Any]:
    """Run the command on a private copy; return its report.

    The report has `wall` added, and `crash` where the command wrote none.
    """
    private = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
    main = specimen.copy_to(private, edits)
    arguments = ["debug", main.name, "--json", str(private / OUT)]
    if specimen.collection != "shape" and specimen.kind in ("pathology", "healthy", "silent"):
        arguments[2:2] = ["--train"]
    if not verify:
        arguments[2:2] = ["--no-verify"]
    answer = in_fork(
        lambda: _command(arguments),
        folder,
        cwd=private,
        name=name,
        seconds=2 * CPU_SECONDS_OF_PROGRAMS,
    )
    try:
        report: dict[str, Any] = json.loads((private / OUT).read_text())
    except (OSError, ValueError) as error:
        status = answer.get("value", answer.get("crash"))
        report = {"diagnoses": [], "crash": f"no report: {error}; the command ended with {status}"}
    return {**report, "wall": answer["seconds"]}


def _command(arguments: list[str]) -> object:
    from graphscope.cli.root import cli

    try:
        cli(arguments, prog_name="graphscope")
    except SystemExit as error:
        return error.code
    return 0


def examine(
    specimen: Specimen, folder: Path, *, try_fixes: bool = True, verify: bool = True
) -> tuple[Score, dict[str, Any]]:
    """Diagnose a specimen, try what is offered, and return the score and the report."""
    own = run(specimen, folder, name="own")
    report = debug(specimen, folder, verify=verify)
    result = score(specimen, report)
    result.own_seconds = own.get("seconds", 0.0)
    result.debug_seconds = report["wall"]
    result.crash = report.get("crash")
    if try_fixes:
        for number, fix in enumerate(offered(report)):
            edits = edits_of(specimen, fix)
            fixed = (
                {"exception": ["ForeignFile"], "message": "edits a file that is none of the files"}
                if edits is None
                else run(specimen, folder, edits=edits, name=f"fix{number}")
            )
            cured = edits is not None and is_cured(specimen, fixed)
            result.fixes.append(cured)
            fix["tried"] = "clean" if cured else _told(fixed)
    return result, report


def offered(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fixes of the primary diagnosis that are tried."""
    found = findings(report)
    return (
        [fix for fix in found[0].get("fixes", []) if fix.get("edits")][:FIXES_TRIED]
        if found
        else []
    )


def _told(result: Mapping[str, Any]) -> str:
    raised = result["exception"]
    if not raised:
        return f"runs, checks {result['checks']}, finite {result['finite']}"
    return f"{raised[0]} at {result.get('line')}: {(result['message'] or '')[:300]}"
