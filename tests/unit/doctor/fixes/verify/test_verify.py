"""The plan of the trials, on programs that need no framework."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Edit, Fix, FixStatus, Severity
from graphscope.doctor.fixes.verify import Limits, Outcome, Trial, Workers, verify
from graphscope.doctor.records import Recording
from graphscope.doctor.running import Launch
from graphscope.doctor.source import Program
from graphscope.session.debug.bare import bare_failure

Diagnosed = Callable[..., list[Diagnosis]]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    folder = tmp_path.resolve() / "program"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write(**files: str) -> Path:
        for name, text in files.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(text))
        return folder

    return write


def case_of(folder: Path) -> Case:
    """Run the main file here, and take down how it fails."""
    main = folder / "main.py"
    program = Program(main)
    sys.path.insert(0, str(folder))
    try:
        exec(compile(main.read_text(), str(main), "exec"), {"__name__": "__main__"})
    except Exception as error:  # noqa: BLE001 - the failure is what is wanted
        return Case(program, Recording(), bare_failure(error, program))
    finally:
        sys.path.remove(str(folder))
    return Case(program, Recording())


def tried(case: Case, workers: Workers, *fixes: Fix, limits: Limits | None = None) -> list[Fix]:
    diagnosis = Diagnosis("rule", Severity.ERROR, 0.9, "wrong", fixes=fixes)
    launch = Launch(case.program.main, case.program.folder, (case.program.main,))
    (found,) = verify(case, [diagnosis], launch, workers, limits)
    return list(found.fixes)


def test_the_fix_that_runs_comes_first(program: Callable[..., Path], workers: Workers) -> None:
    folder = program(main="sizes = [1, 2]\nprint(sizes[2])\nopen('done', 'w')\n")
    main = str(folder / "main.py")
    wrong = Fix("wrong", (Edit(main, 2, "print(sizes[3])"),), likelihood=0.9)
    right = Fix("right", (Edit(main, 2, "print(sizes[1])"),), likelihood=0.4)
    fixes = tried(case_of(folder), workers, wrong, right)
    assert [(each.title, each.status) for each in fixes] == [
        ("right", FixStatus.VERIFIED),
        ("wrong", FixStatus.REJECTED),
    ]
    assert fixes[1].result == "still fails: IndexError at main.py:2: list index out of range"
    assert sorted(path.name for path in folder.iterdir()) == ["main.py"]


def test_other_files_are_edited_too(program: Callable[..., Path], workers: Workers) -> None:
    folder = program(
        main="import verify_sizes_a\nprint([1, 2][verify_sizes_a.LAST])\n",
        verify_sizes_a="\nLAST = 2\n",
    )
    edit = Edit(str(folder / "verify_sizes_a.py"), 2, "LAST = 1")
    (fix,) = tried(case_of(folder), workers, Fix("fix", (edit,)))
    assert fix.status is FixStatus.VERIFIED


def test_a_fix_that_uncovers_the_next_fault_stays_proposed(
    program: Callable[..., Path], workers: Workers
) -> None:
    folder = program(main="x = [1][1]\n\ny = {}['b']\n")
    edit = Edit(str(folder / "main.py"), 1, "x = [1][0]")
    (fix,) = tried(case_of(folder), workers, Fix("fix", (edit,)))
    assert fix.status is FixStatus.PROPOSED
    assert fix.result == "gets further, and then fails: KeyError at main.py:3: 'b'"


def test_files_keep_their_encoding(program: Callable[..., Path], workers: Workers) -> None:
    folder = program()
    text = "# coding: latin-1\nword = 'é'\nassert len(word) == 1\n[1][1]\n"
    (folder / "main.py").write_bytes(text.encode("latin-1"))
    edit = Edit(str(folder / "main.py"), 4, "[1][0]")
    launch = Launch(str(folder / "main.py"), str(folder), ("main.py",))
    program_ = Program(folder / "main.py")
    try:
        raise IndexError("as line 4 does")
    except IndexError as error:
        case = Case(program_, Recording(), bare_failure(error, program_))
    diagnosis = Diagnosis("rule", Severity.ERROR, 0.9, "m", fixes=(Fix("fix", (edit,)),))
    (found,) = verify(case, [diagnosis], launch, workers)
    assert found.fixes[0].status is FixStatus.VERIFIED, found.fixes[0].result


class Counting:
    """Workers whose trials all take a second and fail; nothing is run."""

    def __init__(self, kind: str = "raised") -> None:
        self.trials: list[Trial] = []
        self.waiting: list[Trial] = []
        self.most = 0
        self._kind = kind

    def submit(self, trial: Trial) -> None:
        self.trials.append(trial)
        self.waiting.append(trial)
        self.most = max(self.most, len(self.waiting))

    def wait(self, _seconds: float) -> list[Outcome]:
        trial = self.waiting.pop(0)
        return [Outcome(trial.key, self._kind, exception="IndexError", line=1)]  # type: ignore[arg-type]


def many(folder: Path, count: int) -> list[Fix]:
    main = str(folder / "main.py")
    return [Fix(str(n), (Edit(main, 1, f"[1][{n}]"),), likelihood=n / 100) for n in range(count)]


def test_a_limited_number_is_tried_the_likeliest_first(program: Callable[..., Path]) -> None:
    folder = program(main="[1][1]\n")
    workers = Counting()
    fixes = tried(case_of(folder), workers, *many(folder, 30), limits=Limits(trials=5))
    assert len(workers.trials) == 5
    assert workers.most == 2
    told = {fix.title for fix in fixes if fix.result}
    assert told == {"29", "28", "27", "26", "25"}


def test_nothing_is_begun_when_the_time_is_over(program: Callable[..., Path]) -> None:
    folder = program(main="[1][1]\n")
    workers = Counting()
    tried(case_of(folder), workers, *many(folder, 3), limits=Limits(seconds_in_all=0.0))
    assert workers.trials == []


def test_enough_is_enough_once_something_runs(program: Callable[..., Path]) -> None:
    folder = program(main="[1][1]\n")
    workers = Counting("finished")
    tried(case_of(folder), workers, *many(folder, 9), limits=Limits(seconds=0.0))
    assert len(workers.trials) == 2


def test_a_change_that_two_diagnoses_offer_is_tried_once(program: Callable[..., Path]) -> None:
    folder = program(main="[1][1]\n")
    (fix,) = many(folder, 1)
    one = Diagnosis("one", Severity.ERROR, 0.9, "m", fixes=(fix,))
    other = Diagnosis("other", Severity.ERROR, 0.5, "m", fixes=(fix,))
    workers = Counting("finished")
    case = case_of(folder)
    launch = Launch(case.program.main, case.program.folder, (case.program.main,))
    found = verify(case, [one, other], launch, workers)
    assert len(workers.trials) == 1
    assert [each.fixes[0].status for each in found] == [FixStatus.VERIFIED] * 2


def test_what_is_not_the_users_is_not_edited(program: Callable[..., Path]) -> None:
    folder = program(main="[1][1]\n")
    workers = Counting()
    said: list[str] = []
    foreign = Fix("foreign", (Edit("/usr/lib/python3/site-packages/keras/x.py", 1, ""),))
    diagnosis = Diagnosis("rule", Severity.ERROR, 0.9, "m", fixes=(foreign,))
    case = case_of(folder)
    launch = Launch(case.program.main, case.program.folder, (case.program.main,))
    assert verify(case, [diagnosis], launch, workers, announce=said.append) == [diagnosis]
    assert (workers.trials, said) == ([], [])


def test_running_the_program_again_is_announced(program: Callable[..., Path]) -> None:
    folder = program(main="[1][1]\n")
    said: list[str] = []
    case = case_of(folder)
    launch = Launch(case.program.main, case.program.folder, (case.program.main,))
    fixes = tuple(many(folder, 2))
    diagnosis = Diagnosis("rule", Severity.ERROR, 0.9, "m", fixes=fixes)
    verify(case, [diagnosis], launch, Counting(), announce=said.append)
    assert said == [
        "trying 2 fixes on copies: training cut to one step, no network, writes to a scratch "
        "folder; --no-verify to skip."
    ]
