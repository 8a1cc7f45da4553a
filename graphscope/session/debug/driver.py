"""`graphscope debug`: the program runs unchanged in this process, and is diagnosed at its end."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.doctor.case import Case
from graphscope.doctor.fallback import is_subject
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.fixes.verify import Limits, start_workers, verify
from graphscope.doctor.health import Training, examine_program
from graphscope.doctor.health.attaching import Attached, trainings_of
from graphscope.doctor.health.outcome import outcome_of
from graphscope.doctor.records import Recording
from graphscope.doctor.reports import Report, make_report
from graphscope.doctor.running import Launch, find_imports, preload
from graphscope.doctor.silencing import apply_silencing
from graphscope.doctor.source import Program
from graphscope.session.debug.run import Ending, run_program
from graphscope.session.quiet import held_back_stderr

if TYPE_CHECKING:
    from graphscope.doctor.failure_graph import FailureGraph

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DebugOptions:
    """How a program is debugged.

    Attributes:
        verify: whether fixes are tried on copies.
        limits: for the trials.
        command: how the user called us, for hints.
        train: whether training is watched, and how it goes examined.
    """

    verify: bool = True
    limits: Limits = field(default_factory=Limits)
    command: str = ""
    train: bool = False


@dataclass(frozen=True, slots=True)
class Debugged:
    """A program that was run.

    Attributes:
        ending: how it ended.
        report: what was found.
        graph: the graph of what ran, up to a failure; None where no layer was called, or where
            nothing is wrong.
    """

    ending: Ending
    report: Report
    graph: FailureGraph | None = None

    @property
    def status(self) -> int:
        """0 healthy, 1 diagnosed, 3 failed for a reason outside our subject, 130 after Ctrl-C."""
        if isinstance(self.ending.raised, KeyboardInterrupt):
            return 130
        if self.report.findings:
            return 1
        return 0 if self.ending.is_normal else 3


def debug_program(
    launch: Launch, options: DebugOptions, announce: Tell = lambda _text: None
) -> Debugged:
    """Run a program as Python would, then diagnose how it ended.

    Args:
        launch: the program. This process becomes its process: `__main__`, arguments and search
            path are the program's, and stay so.
        options: how.
        announce: told before the program's code is run again.
    """
    program = program_of(launch)
    with ExitStack() as stack:
        loaded = _preload(launch)
        # Forked before the program runs: it has the frameworks, and nothing of the program.
        workers = stack.enter_context(start_workers(loaded)) if options.verify else None
        recording = Recording()
        monitors = stack.enter_context(_monitors()) if options.train else None
        ending = run_program(launch, recording, program, monitors)
        started = time.perf_counter()
        notes = list(ending.notes)
        case = Case(program, recording, ending.failure, ending.variables)
        trainings = _trainings(monitors, case, notes)
        diagnoses, silenced = _diagnose(case, ending, notes, trainings)
        named = time.perf_counter() - started
        to_fix: list[float] = []
        if workers is not None and any(each.fixes for each in diagnoses):
            trying = partial(
                verify,
                launch=launch,
                workers=workers,
                limits=_limits(options, ending),
                announce=announce,
                clock=to_fix.append,
                training=outcome_of(trainings),
            )
            diagnoses = _try_fixes(case, diagnoses, trying, notes)
        diagnoses, graph = _place_in_graph(case, diagnoses, notes)
        seconds = time.perf_counter() - started
        report = make_report(
            case,
            diagnoses,
            notes=notes,
            seconds=seconds,
            silenced=silenced,
            command=options.command,
        )
        report = replace(
            report, seconds_to_diagnosis=named, seconds_to_fix=to_fix[0] if to_fix else None
        )
    return Debugged(ending, report, graph)


@contextmanager
def _monitors() -> Iterator[Attached]:
    """Have a folder for the runs of the program's trainings."""
    with tempfile.TemporaryDirectory(prefix="graphscope-", ignore_cleanup_errors=True) as folder:
        yield Attached(Path(folder))


def _trainings(monitors: Attached | None, case: Case, notes: list[str]) -> list[Training]:
    if monitors is None:
        return []
    found = trainings_of(monitors, case)
    notes += monitors.notes
    for training in found:
        notes += [each.text for each in training.run.events if each.kind == "warning"]
    return found


def _limits(options: DebugOptions, ending: Ending) -> Limits:
    """Return what trials may cost: those that train as long as the program did get that long."""
    if not options.train:
        return options.limits
    longest = max(
        options.limits.seconds_each, min(2 * ending.seconds, options.limits.seconds_in_all)
    )
    return replace(options.limits, train=True, seconds_each=longest, trials=6)


def program_of(launch: Launch) -> Program:
    """Return the source of a program; all below the folder of a launch is the user's own."""
    program = Program(Path(launch.file))
    program.folder = launch.folder
    return program


def _preload(launch: Launch) -> list[str]:
    with held_back_stderr(), redirect_stdout(sys.stderr):
        return preload(find_imports(launch.file, launch.folder))


def _diagnose(
    case: Case, ending: Ending, notes: list[str], trainings: list[Training]
) -> tuple[list[Diagnosis], int]:
    """Return what is wrong, and how much of it the user does not want to hear of."""
    if not _is_ours(case, ending):
        return [], 0
    try:
        with held_back_stderr():  # A rule may be the first to need a framework.
            found = examine_program(case, trainings, notes.append)
        kept, silenced, remarks = apply_silencing(found, case.program.folder)
    except Exception as error:  # noqa: BLE001 - our own fault must not hide the user's
        notes.append(f"The program could not be examined ({type(error).__name__}: {error}).")
        return [], 0
    notes += remarks
    return kept, silenced


def _is_ours(case: Case, ending: Ending) -> bool:
    """Whether there is anything to examine; a program without Keras seldom gives us work."""
    if case.failure is None:
        return ending.is_normal and "keras" in sys.modules
    return "keras" in sys.modules or is_subject(case.failure)


def _try_fixes(
    case: Case,
    diagnoses: list[Diagnosis],
    trying: Callable[[Case, list[Diagnosis]], list[Diagnosis]],
    notes: list[str],
) -> list[Diagnosis]:
    try:
        return trying(case, diagnoses)
    except Exception as error:  # noqa: BLE001 - our own fault must not hide the diagnosis
        notes.append(f"The fixes could not be tried ({type(error).__name__}: {error}).")
        return diagnoses


def _place_in_graph(
    case: Case, diagnoses: list[Diagnosis], notes: list[str]
) -> tuple[list[Diagnosis], FailureGraph | None]:
    """Say where in the graph of what ran each diagnosis belongs."""
    if not diagnoses or not case.recording.calls:
        return diagnoses, None
    try:
        from graphscope.doctor.failure_graph import attach_nodes, build_failure_graph

        name = Path(case.program.main).stem
        graph = build_failure_graph(case.recording, case.failure, name=name)
        return list(attach_nodes(diagnoses, graph)), graph
    except Exception as error:  # noqa: BLE001 - a diagnosis does without
        notes.append(f"The graph could not be made ({type(error).__name__}: {error}).")
        return diagnoses, None
