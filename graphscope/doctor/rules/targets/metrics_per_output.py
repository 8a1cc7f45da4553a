"""A model of several outputs is given a plain list of metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.compiled import compile_argument, compile_call
from graphscope.doctor.facts.output_names import output_names
from graphscope.doctor.facts.wording_targets import boundary_place, first_own
from graphscope.doctor.findings import Diagnosis, Evidence, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor

ID = "metrics-per-output"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Count the entries of a list of metrics that Keras could not give to the outputs."""
    failure = case.failure
    boundary = failure.boundary if failure is not None else None
    if failure is None or boundary is None or failure.layer_call is not None:
        return
    names = output_names(boundary)
    if names:
        yield from _metrics(case, boundary, names)


def _metrics(case: Case, boundary: Boundary, names: Sequence[str]) -> Iterator[Diagnosis]:
    failure = case.failure
    compiled = compile_call(case, boundary)
    if failure is None or compiled is None:
        return
    inside = any("CompileMetrics" in name for name, *_ in failure.keras_frames[:6])
    file, call, _, given = compiled
    purpose = next(
        (
            each
            for each in ("metrics", "weighted_metrics")
            if isinstance(given.arguments.get(each), list | tuple)
            and len(given.arguments[each]) != len(names)
        ),
        None,
    )
    node = compile_argument(call, purpose) if purpose is not None else None
    if not inside or purpose is None or node is None:
        return
    text = " ".join(file.segment(node).split())
    wanted = _metrics_by_name(names, text, given.arguments.get("loss"))
    fix = None
    if case.program.is_own(file.path):
        fix = make_fix(
            Editor(file).replace(node, wanted),
            f"Give the metrics by the outputs' names: {purpose}={wanted}",
            repair_class=RepairClass.B,
            likelihood=0.85,
        )
    place = Place(file.path, node.lineno)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{purpose}={text} is a list of {len(given.arguments[purpose])}, and the model has "
        f"{len(names)} outputs: {', '.join(names)}.\n"
        "With several outputs Keras reads a list as one entry for each output.\n"
        f"Give a dict by the outputs' names, {wanted}, or one list for each output.",
        places=first_own(case, [place, boundary_place(boundary)]),
        evidence=(Evidence("value", f"outputs: {', '.join(names)}; {purpose}: {text}", place),),
        fixes=(fix,) if fix is not None else (),
    )


def _metrics_by_name(names: Sequence[str], text: str, losses: Any) -> str:
    """Return a dict that gives the metrics to the outputs whose losses they suit."""
    chosen = [name for name in names if "crossentropy" in _loss_of(losses, names, name)]
    entries = [f'"{name}": {text}' for name in chosen or names]
    return f"{{{', '.join(entries)}}}"


def _loss_of(losses: Any, names: Sequence[str], name: str) -> str:
    if isinstance(losses, Mapping):
        found = losses.get(name)
    elif isinstance(losses, list | tuple) and len(losses) == len(names):
        found = losses[list(names).index(name)]
    else:
        found = losses
    return str(getattr(found, "name", None) or getattr(found, "__name__", None) or found)
