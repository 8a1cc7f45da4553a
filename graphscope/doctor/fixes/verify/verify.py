"""The plan of the trials: which fixes, in which order, how far each is run, and when to stop."""

from __future__ import annotations

import shutil
import tempfile
import time
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Edit, Fix, FixStatus, Severity
from graphscope.doctor.fixes.verify.copying import copy_program
from graphscope.doctor.fixes.verify.judging import Baseline, Verdict, judge
from graphscope.doctor.fixes.verify.ranking import rank_all
from graphscope.doctor.fixes.verify.trial import Finding, Limits, Mode, Outcome, Trial
from graphscope.doctor.fixes.verify.workers import Workers
from graphscope.doctor.running import Launch

Tell = Callable[[str], None]
Edits = tuple[Edit, ...]

_AS_IT_IS = "as it is"


def verify(  # noqa: PLR0913 - what trials need, the rest keyword-only
    case: Case,
    diagnoses: Sequence[Diagnosis],
    launch: Launch,
    workers: Workers,
    limits: Limits | None = None,
    *,
    announce: Tell = lambda _text: None,
    clock: Callable[[float], None] = lambda _seconds: None,
    training: Mapping[str, float] | None = None,
) -> list[Diagnosis]:
    """Try the fixes of some diagnoses on copies of the program.

    Args:
        case: the program and how it ended.
        diagnoses: primary first.
        launch: how the program was started.
        workers: who runs the copies.
        limits: how much it may cost.
        announce: told what is going to be run, before it is.
        clock: told how many seconds passed until the first fix had run, when one does.
        training: how the program's last training went, when that was watched.

    Returns:
        the diagnoses with the status and result of each fix that was tried, in the order of what
        is known now.
    """
    limits = limits or Limits()
    candidates = _candidates(case, diagnoses, in_order=limits.train)[: limits.trials]
    if not candidates:
        return list(diagnoses)
    many = f"{len(candidates)} fix{'es' if len(candidates) > 1 else ''}"
    amount = "" if limits.train else "training cut to one step, "
    announce(
        f"trying {many} on copies: {amount}no network, writes to a scratch folder; "
        "--no-verify to skip."
    )
    with _scratch() as scratch:
        plan = _Plan(case, diagnoses, launch, workers, limits, scratch, clock, training or {})
        verdicts = plan.run(candidates)
    return rank_all(diagnoses, verdicts)


@dataclass(frozen=True, slots=True)
class _Candidate:
    fix: Fix
    diagnosis: Diagnosis


def _candidates(case: Case, diagnoses: Sequence[Diagnosis], *, in_order: bool) -> list[_Candidate]:
    """Return what can be tried, each change once, the most promising first.

    Args:
        case: the program.
        diagnoses: primary first.
        in_order: whether a trial is so long that the fixes of the primary diagnosis come first, and
            those of remarks not at all.
    """
    found: dict[Edits, _Candidate] = {}
    ranks: dict[Edits, int] = {}
    for rank, diagnosis in enumerate(diagnoses):
        if in_order and diagnosis.severity is Severity.INFO:
            continue
        for fix in diagnosis.fixes:
            if fix.edits and all(case.program.is_own(edit.file) for edit in fix.edits):
                found.setdefault(fix.edits, _Candidate(fix, diagnosis))
                ranks.setdefault(fix.edits, rank if in_order else 0)
    return sorted(
        found.values(),
        key=lambda each: (
            ranks[each.fix.edits],
            -each.diagnosis.confidence * each.fix.likelihood,
        ),
    )


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="graphscope-")).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class _Plan:
    case: Case
    diagnoses: Sequence[Diagnosis]
    launch: Launch
    workers: Workers
    limits: Limits
    scratch: Path
    clock: Callable[[float], None]
    training: Mapping[str, float]
    started: float = field(default_factory=time.monotonic)
    count: int = 0
    running: dict[str, tuple[Trial, _Candidate | None]] = field(default_factory=dict)
    cut: set[Edits] = field(default_factory=set)
    """Changes after which the program would have trained for longer than it could."""
    is_timed: bool = False

    def run(self, candidates: list[_Candidate]) -> dict[Edits, Verdict]:
        """Try candidates; those that were not reached are not in the answer."""
        mode, before, outcomes = self._find_mode(candidates)
        verdicts: dict[Edits, Verdict] = {}
        waiting = [each for each in candidates if each.fix.edits not in outcomes]
        for candidate in candidates:
            if candidate.fix.edits in outcomes:
                trial, outcome = outcomes[candidate.fix.edits]
                verdicts[candidate.fix.edits] = self._judge(outcome, trial, candidate, before)
        while (waiting and self._goes_on(verdicts)) or self.running:
            while waiting and len(self.running) < self.limits.at_once and self._goes_on(verdicts):
                self._start(waiting.pop(0), mode)
            for trial, tried, outcome in self._collect():
                if tried is not None:
                    verdicts[tried.fix.edits] = self._judge(outcome, trial, tried, before)
        if mode == "cut":
            self._run_further(candidates, verdicts, before)
        return verdicts

    def _find_mode(
        self, candidates: list[_Candidate]
    ) -> tuple[Mode, Baseline, dict[Edits, tuple[Trial, Outcome]]]:
        """Find out how far copies must be run to show what is wrong with the program as it is.

        The first candidate runs at the same time, as if a short run were enough.
        """
        before = self._observed()
        if self.limits.train and self.case.failure is None:
            return "unchanged", before, {}
        if not self._depends_on_training():
            return "cut", before, {}
        self._start(None, "cut")
        self._start(candidates[0], "cut")
        outcomes: dict[str, tuple[Trial, Outcome]] = {}
        while self.running:
            for trial, candidate, outcome in self._collect():
                outcomes[_AS_IT_IS if candidate is None else "first"] = (trial, outcome)
        as_it_is = outcomes.get(_AS_IT_IS)
        if as_it_is is None or not self._shows(as_it_is[1], before, candidates):
            return ("whole epoch" if before.exception else "unchanged"), before, {}
        before = replace(
            before, findings=as_it_is[1].findings, events=as_it_is[1].events or before.events
        )
        first = {candidates[0].fix.edits: outcomes["first"]} if "first" in outcomes else {}
        return "cut", before, first

    def _depends_on_training(self) -> bool:
        """Whether a run with less training might not come to what is wrong."""
        failure, recording = self.case.failure, self.case.recording
        if failure is None or failure.stage in ("fit", "evaluate"):
            return True
        # A loop of the user's own calls layers, or fails in between.
        return failure.stage in ("call", "data") and bool(recording.calls)

    def _shows(self, outcome: Outcome, before: Baseline, candidates: Sequence[_Candidate]) -> bool:
        """Whether a run showed what is wrong with the program."""
        if before.exception:
            return outcome.kind == "raised" and outcome.exception == before.exception
        wrong = {each.diagnosis.rule for each in candidates}
        return outcome.kind == "finished" and wrong <= {each.rule for each in outcome.findings}

    def _observed(self) -> Baseline:
        """Return how the program ended when the user ran it."""
        failure, recording = self.case.failure, self.case.recording
        if failure is None:
            found = (Finding(each.rule, each.severity, each.layer) for each in self.diagnoses)
            counted = (each for each in found if each.severity is not Severity.INFO)
            return Baseline(findings=tuple(counted), training=self.training)
        position = failure.site[0].position if failure.site else None
        own = [f.position for f in failure.site if f.position.file == self.case.program.main]
        finished = sum(boundary.finished for boundary in recording.boundaries)
        return Baseline(
            exception=failure.type_name,
            file=position.file if position else "",
            line=position.line if position else 0,
            main_line=own[-1].line if own else 0,
            events=len(recording.creations) + len(recording.calls) + finished,
        )

    def _run_further(
        self, candidates: list[_Candidate], verdicts: dict[Edits, Verdict], before: Baseline
    ) -> None:
        """Run the best fix through a whole epoch; where that fails, the next best."""
        clean = [c for c in candidates if _is_verified(verdicts.get(c.fix.edits))]
        clean.sort(key=lambda c: (-verdicts[c.fix.edits].quality, -c.fix.likelihood))
        for candidate in clean:
            if self._spent() > self.limits.seconds or candidate.fix.edits not in self.cut:
                return
            self._start(candidate, "whole epoch")
            while self.running:
                for trial, _, outcome in self._collect():
                    verdict = self._judge(outcome, trial, candidate, before)
                    if verdict.status is not FixStatus.PROPOSED:
                        verdicts[candidate.fix.edits] = verdict
            if _is_verified(verdicts[candidate.fix.edits]):
                return

    def _start(self, candidate: _Candidate | None, mode: Mode) -> None:
        self.count += 1
        key = str(self.count)
        edits = candidate.fix.edits if candidate else ()
        trial = self._make_trial(key, edits, mode)
        self.running[key] = (trial, candidate)
        self.workers.submit(trial)

    def _make_trial(self, key: str, edits: Edits, mode: Mode) -> Trial:
        scratch = self.scratch / key
        files = {edit.file for edit in edits}
        scratch.mkdir()
        copy = copy_program(self.launch.folder, self.launch.cwd, str(scratch), files)
        sources = {path: source.text for path in files if (source := self.case.program.file(path))}
        for file, text in Fix("", edits).apply(sources).items():
            _write(text, Path(copy.folder) / Path(file).relative_to(self.launch.folder), file)
        seconds = min(self.limits.seconds_each, max(1.0, self._left()))
        return Trial(
            key=key,
            launch=self.launch.moved(folder=copy.folder),
            original=self.launch.folder,
            cwd=copy.cwd,
            scratch=str(scratch),
            mode=mode,
            seconds=seconds,
            memory=self.limits.memory,
            train=self.limits.train and self.case.failure is None,
        )

    def _collect(self) -> list[tuple[Trial, _Candidate | None, Outcome]]:
        ended = []
        for outcome in self.workers.wait(self.limits.seconds_each):
            trial, candidate = self.running.pop(outcome.key)
            shutil.rmtree(trial.scratch, ignore_errors=True)
            if candidate is not None and outcome.is_cut:
                self.cut.add(candidate.fix.edits)
            ended.append((trial, candidate, outcome))
        return ended

    def _judge(
        self, outcome: Outcome, trial: Trial, candidate: _Candidate, before: Baseline
    ) -> Verdict:
        verdict = judge(
            outcome, trial, candidate.fix, candidate.diagnosis, before, self.case.program
        )
        if _is_verified(verdict) and not self.is_timed:
            self.is_timed = True
            self.clock(self._spent())
        return verdict

    def _spent(self) -> float:
        return time.monotonic() - self.started

    def _left(self) -> float:
        return self.limits.seconds_in_all - self._spent()

    def _goes_on(self, verdicts: dict[Edits, Verdict]) -> bool:
        enough = any(_is_verified(each) for each in verdicts.values())
        return self._left() > 0 and not (enough and self._spent() > self.limits.seconds)


def _is_verified(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.status is FixStatus.VERIFIED


def _write(text: str, copy: Path, original: str) -> None:
    """Write the text of a copied file in the encoding that its original declares."""
    with Path(original).open("rb") as stream:
        encoding, _ = tokenize.detect_encoding(stream.readline)
    copy.write_text(text, encoding=encoding)
