"""The process that runs one trial: confined, watched, and telling what came of it.

As a program, `python -m graphscope.doctor.fixes.verify.child TRIAL.json`, it serves where no
process can be forked.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from graphscope.doctor import health
from graphscope.doctor.case import Case
from graphscope.doctor.findings import Severity
from graphscope.doctor.fixes.verify.cutting import Training, cut_keras
from graphscope.doctor.fixes.verify.redirect import Redirection
from graphscope.doctor.fixes.verify.trial import (
    OUTCOME,
    OUTPUT,
    Finding,
    Outcome,
    OutcomeKind,
    Trial,
)
from graphscope.doctor.health.attaching import Attached, attached, trainings_of
from graphscope.doctor.health.outcome import outcome_of
from graphscope.doctor.records import Recording
from graphscope.doctor.running import execute, make_main, when_imported
from graphscope.doctor.source import Program


def run_trial(trial: Trial) -> None:
    """Run a trial in this process, which must end afterwards; the outcome goes to a file."""
    _detach(trial)
    refused: list[str] = []
    _confine(trial, refused.append)
    outcome = _run(trial, refused)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # The program may have closed it.
            stream.flush()
    file = Path(trial.scratch) / OUTCOME
    file.with_suffix(".part").write_text(json.dumps(outcome.as_dict()))
    file.with_suffix(".part").replace(file)


def _detach(trial: Trial) -> None:
    """Lead the standard streams away, and put the process where the program expects to be."""
    output = os.open(Path(trial.scratch) / OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - descriptors, not paths
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = open(descriptor, "w", errors="backslashreplace", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    temporary = Path(trial.scratch) / "tmp"
    temporary.mkdir(exist_ok=True)
    tempfile.tempdir = str(temporary)
    os.environ.update(TMPDIR=str(temporary), MPLBACKEND="Agg", PYTHONDONTWRITEBYTECODE="1")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    sys.dont_write_bytecode = True
    sys.path[:] = [_moved(each, trial) for each in sys.path]
    os.chdir(trial.cwd)


def _moved(path: str, trial: Trial) -> str:
    """Return where a folder of the original program lies in the copy."""
    if path and Path(path).is_relative_to(trial.original):
        return str(Path(trial.launch.folder) / Path(path).relative_to(trial.original))
    return path


def _confine(trial: Trial, refused: Callable[[str], None]) -> None:
    from graphscope.doctor.fixes.verify import redirect

    redirection = Redirection(trial.scratch)
    redirect.install(redirection)
    if sys.platform != "win32":
        from graphscope.doctor.fixes.verify import guards, kernel

        guards.limit_resources(trial.seconds)
        kernel.leave_network()
        kernel.restrict_writes([trial.scratch, "/dev/shm"])
        guards.install(redirection, refused)


def _run(trial: Trial, refused: list[str]) -> Outcome:
    recording = Recording()
    training = Training(trial.mode, trial.launch.folder)
    program = Program(Path(trial.launch.file))
    program.folder = trial.launch.folder
    main = make_main(trial.launch)
    raised: BaseException | None = None
    monitors = Attached(Path(trial.scratch) / "runs")
    started = time.perf_counter()
    with ExitStack() as stack:

        def arrived() -> None:
            cut_keras(training)
            with suppress(Exception):  # Unwatched, it is a trial all the same.
                from graphscope.doctor.watching import watching

                if trial.train:
                    stack.enter_context(attached(monitors))
                stack.enter_context(watching(recording))

        stack.enter_context(when_imported("keras", arrived))
        try:
            execute(trial.launch, main)
        except BaseException as error:  # noqa: BLE001 - however it ends, it is the outcome
            raised = error
            traceback.print_exc()
    seconds = time.perf_counter() - started
    if isinstance(raised, SystemExit) and raised.code in (None, 0):
        raised = None
    if raised is not None:
        return _told(trial, raised, recording, refused, seconds)
    case = Case(program, recording, None, main.__dict__)
    trainings = trainings_of(monitors, case)
    findings = _examined(case, trainings) if trial.examine else ()
    return Outcome(
        trial.key,
        "finished",
        seconds,
        events=_events(recording),
        is_cut=training.is_cut,
        is_nan=training.is_nan,
        findings=findings,
        training=outcome_of(trainings),
    )


def _told(
    trial: Trial, raised: BaseException, recording: Recording, refused: list[str], seconds: float
) -> Outcome:
    from graphscope.doctor.watching.messages import strip_message

    kind: OutcomeKind = "raised"
    message = " ".join(strip_message(str(raised)).split())
    if refused:
        kind, message = "refused", refused[-1]
    elif isinstance(raised, PermissionError) or "PermissionDenied" in type(raised).__name__:
        # The kernel refused it to native code, which told no more than this.
        kind = "refused"
    lines = [
        (frame.filename, frame.lineno or 0)
        for frame in traceback.extract_tb(raised.__traceback__)
        if frame.filename.startswith(trial.launch.folder + os.sep)
    ]
    file, line = lines[-1] if lines else (trial.launch.file, getattr(raised, "lineno", 0) or 0)
    return Outcome(
        trial.key,
        kind,
        seconds,
        exception=type(raised).__name__,
        message=message[:500],
        file=str(Path(trial.original) / Path(file).relative_to(trial.launch.folder)),
        line=line,
        main_line=next((line for file, line in lines if file == trial.launch.file), 0),
        events=_events(recording),
    )


def _events(recording: Recording) -> int:
    finished = sum(boundary.finished for boundary in recording.boundaries)
    return len(recording.creations) + len(recording.calls) + finished


def _examined(case: Case, trainings: list[health.Training]) -> tuple[Finding, ...]:
    return tuple(
        Finding(each.rule, each.severity, each.layer)
        for each in health.examine_program(case, trainings)
        if each.severity is not Severity.INFO
    )


def main() -> None:
    """Run the trial of a file, in a process that was started for it."""
    trial = Trial.from_dict(json.loads(Path(sys.argv[1]).read_text()))
    for name in trial.modules:
        with suppress(ImportError):
            importlib.import_module(name)
    run_trial(trial)
    os._exit(0)


if __name__ == "__main__":
    main()
