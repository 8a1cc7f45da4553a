"""From a case and its diagnoses to the report: what is live becomes text here."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterable, Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Place
from graphscope.doctor.records import CallRecord, Failure, Frame, Recording, Site, Spec
from graphscope.doctor.reports.report import CodeLine, FailureReport, Report, Step
from graphscope.doctor.source import Program

LONGEST_CHAIN = 6
"""Steps of the excerpt of the graph; more would push the fixes off the screen."""


def make_report(
    case: Case,
    diagnoses: Iterable[Diagnosis],
    *,
    notes: Iterable[str] = (),
    seconds: float = 0.0,
    silenced: int = 0,
    command: str = "",
) -> Report:
    """Return the report on a program that was run.

    Args:
        case: the program and what happened.
        diagnoses: primary first, silenced ones left out.
        notes: remarks about the run itself.
        seconds: how long the diagnosis took.
        silenced: how many diagnoses the user has silenced.
        command: how the user called us, for hints.
    """
    found = tuple(diagnoses)
    return Report(
        program=case.program.main,
        folder=case.program.folder,
        failure=tell_failure(case.failure, case.program) if case.failure else None,
        diagnoses=found,
        notes=tuple(notes),
        seconds=seconds,
        sources=_sources(case.program, found),
        steps=_steps(case, found[0] if found else None),
        silenced=silenced,
        command=command,
        layers=_layers(case),
    )


def _layers(case: Case) -> dict[str, str]:
    """Return what every layer is, by its name: its class, and the attribute that holds it."""
    found: dict[str, str] = {}
    for made in case.recording.creations:
        name = getattr(made.instance, "name", None)
        if isinstance(name, str) and hasattr(made.instance, "input_spec"):
            attribute = _attribute(case.program, made.site)
            found.setdefault(name, f"{made.class_name}{attribute and f', {attribute}'}")
    return found


def _attribute(program: Program, site: Site) -> str:
    """Return the attribute that an object was assigned to where it was made: `self.head`."""
    call = program.call(site[0]) if site else None
    statement = call[0].parent(call[1]) if call else None
    if call is None or not isinstance(statement, ast.Assign):
        return ""
    target = statement.targets[0]
    return call[0].segment(target) if isinstance(target, ast.Attribute) else ""


def tell_failure(failure: Failure, program: Program) -> FailureReport:
    """Return a failure as text."""
    exception = failure.exception
    failed = failure.layer_call or failure.call
    return FailureReport(
        exception=failure.type_name,
        message=failure.message,
        stage=failure.stage,
        frames=tuple(_code_line(frame, program) for frame in failure.site),
        node=failed.name if failed else failure.graph_node,
        traceback="".join(traceback.format_exception(exception)),
    )


def _code_line(frame: Frame, program: Program) -> CodeLine:
    position = frame.position
    file = program.file(position.file)
    text = file.lines[position.line - 1] if file and position.line <= len(file.lines) else ""
    start, end = (
        (_characters(text, position.column), _characters(text, position.end_column))
        if position.line == position.end_line
        else (0, 0)
    )
    return CodeLine(position.file, position.line, text.strip(), position.function, start, end)


def _characters(text: str, column: int) -> int:
    """Turn a column in UTF-8 bytes into one in characters."""
    return len(text.encode()[:column].decode(errors="ignore"))


def _sources(program: Program, diagnoses: Sequence[Diagnosis]) -> dict[str, str]:
    wanted = {program.main}
    for each in diagnoses:
        wanted |= {place.file for place in each.places}
        wanted |= {fact.place.file for fact in each.evidence if fact.place}
        wanted |= {edit.file for fix in each.fixes for edit in fix.edits}
    read = {path: program.file(path) for path in sorted(wanted)}
    return {path: file.text for path, file in read.items() if file is not None}


def _steps(case: Case, primary: Diagnosis | None) -> tuple[Step, ...]:
    """Return the chain of calls that led to the failure, or to the layer that is blamed."""
    last = _blamed_call(case, primary)
    if last is None:
        return ()
    chain = [last]
    while len(chain) < LONGEST_CHAIN:
        before = _before(case.recording, chain[-1])
        if before is None or any(before is step for step in chain):
            break
        chain.append(before)
    return tuple(_step(call, is_culprit=call is last) for call in reversed(chain))


def _blamed_call(case: Case, primary: Diagnosis | None) -> CallRecord | None:
    if case.failure is not None and (failed := case.failure.layer_call or case.failure.call):
        return failed
    named = primary.layer if primary else None
    return next((call for call in reversed(case.recording.calls) if call.name == named), None)


def _before(recording: Recording, call: CallRecord) -> CallRecord | None:
    """Return the call that made the first input, on the level of layers where there is one."""
    if not call.inputs:
        return None
    given = call.inputs[0]
    makers = [
        other
        for other in recording.calls
        if other is not call
        and any(out is given for out in other.outputs)
        and not _is_within(call, other)
    ]
    return next((maker for maker in makers if maker.is_layer), makers[0] if makers else None)


def _is_within(call: CallRecord, other: CallRecord) -> bool:
    parent = call.parent
    while parent is not None:
        if parent is other:
            return True
        parent = parent.parent
    return False


def _step(call: CallRecord, *, is_culprit: bool) -> Step:
    shapes = call.output_specs
    text = _shapes(shapes) if shapes else f"got {_shapes(call.input_specs)}"
    place = None
    if call.site:
        position = call.site[0].position
        place = Place(position.file, position.line)
    return Step(call.name, call.class_name, text, is_culprit, place)


def _shapes(specs: Sequence[Spec]) -> str:
    return ", ".join(str(spec) for spec in specs[:3]) + (", …" if len(specs) > 3 else "")
