"""NaN or infinity in what a model is trained on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import GivenArgument, boundary_place, given_argument
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import inputs_of, summaries, targets_of, trainings
from graphscope.doctor.checks._zero_spread import zero_divisions
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import trace_data
from graphscope.doctor.records import Boundary, DataSummary
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.static.in_source import nan_comparison
from graphscope.doctor.wording import distinct, shape

ID = "missing-values"


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """A line that lets missing values through or makes them."""

    place: Place
    told: str
    fixes: tuple[Fix, ...] = ()


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the values of every training's inputs and targets."""
    for fit in _received(case):
        for name, given in (("inputs x", inputs_of(fit)), ("targets y", targets_of(fit))):
            broken = next((each for each in summaries(given) if each.has_nan), None)
            if broken is None or _is_handled(case):
                continue
            yield _tell(case, fit, name, broken)
            break


def _received(case: Case) -> Iterator[Boundary]:
    """Yield a training of each model: of batches by hand, the first that holds missing values."""
    for last in trainings(case):
        every = [
            each
            for each in case.recording.boundaries
            if each.model is last.model and each.kind == last.kind and each.finished
        ]
        yield next(
            (
                each
                for each in every
                if any(
                    one.has_nan
                    for part in (inputs_of(each), targets_of(each))
                    for one in summaries(part)
                )
            ),
            last,
        )


def _is_handled(case: Case) -> bool:
    """Whether the program asks for NaN inside the network: a mask that it knows how to use."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("isnan", "is_nan", "isfinite", "is_finite")
        and ast.unparse(node.value) in ("ops", "keras.ops", "tf.math", "tf")
        for file in own_files(case)
        for node in ast.walk(file.tree)
    )


def _tell(case: Case, fit: Boundary, name: str, broken: DataSummary) -> Diagnosis:
    call = boundary_place(case, fit)
    argument = given_argument(case, fit, name[-1], 0 if name[-1] == "x" else 1)
    sources = list(_sources(case)) or list(_divided(case, broken))
    sources = sources or list(_logarithms(case, argument, broken))
    repairs = list(_repairs(argument, is_infinite=_is_infinite(broken)))
    source = sources[0] if sources else None
    told = source.told if source else "Look for missing entries, 0 / 0, log(0) or a bad division."
    places = distinct([*(each.place for each in sources), *(p for p, _ in repairs), call])
    fixes = [fix for each in sources for fix in each.fixes] + [fix for _, fix in repairs]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"The {name} that fit receives contain NaN or infinity (missing values): "
        f"{_count(broken)} in {shape(broken.spec)}.\n"
        "One NaN makes the loss NaN from the first batch that holds it, and then every weight.\n"
        f"{told}\n"
        "Impute (fill) the missing values, np.nan_to_num, or drop those rows, before fit.",
        places=places,
        evidence=(
            Evidence("data", f"{name}: {_count(broken)} of shape {shape(broken.spec)}", call),
            *(Evidence("code", _line(case, each.place), each.place) for each in sources[:2]),
        ),
        fixes=tuple(fixes[:4]),
    )


def _line(case: Case, place: Place) -> str:
    file = case.program.file(place.file)
    return file.line_text(place.line) if file else ""


def _count(broken: DataSummary) -> str:
    import numpy

    sample = broken.sample
    if sample is None or sample.dtype.kind != "f":
        return "some values"
    bad = ~numpy.isfinite(sample)
    count = int(bad.sum())
    if not count:
        return f"some values after the first {len(sample)} rows"
    rows = int(bad.reshape(len(sample), -1).any(axis=1).sum())
    whole = len(sample) == (broken.spec.shape or (0,))[0]
    columns = f", {bad.reshape(len(sample), -1).any(axis=0).sum()} columns" if bad.ndim > 1 else ""
    most = "" if whole else f"the first {len(sample)} rows hold "
    what = "infinite" if _is_infinite(broken) else "NaN"
    return f"{most}{count} {what} values in {rows} rows{columns}"


def _is_infinite(broken: DataSummary) -> bool:
    """Whether the first rows hold infinities and no NaN."""
    import numpy

    sample = broken.sample
    is_known = sample is not None and sample.dtype.kind == "f"
    return bool(is_known and numpy.isinf(sample).any() and not numpy.isnan(sample).any())


def _logarithms(
    case: Case, argument: GivenArgument | None, broken: DataSummary
) -> Iterator[_Source]:
    """Yield the logarithm that made the infinities: of 0 it is minus infinity."""
    if argument is None or not _is_infinite(broken):
        return
    origin = trace_data(case, argument.node, argument.frame, file=argument.file)
    for step in origin.walk():
        file = step.file
        for node in ast.walk(step.node) if step.node is not None and file is not None else ():
            if file is None or not isinstance(node, ast.Call) or not case.program.is_own(file.path):
                continue
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in ("log", "log2", "log10"):
                yield _logarithm(case, file, node, function)
                return


def _logarithm(case: Case, file: SourceFile, node: ast.Call, function: ast.Attribute) -> _Source:
    text = file.segment(node)
    told = (
        f"{text!r} at {case.program.relative(file.path)}:{node.lineno} is minus infinity where it "
        "is taken of 0: use log1p, or add a small number."
    )
    fix = None
    if function.attr == "log":
        editor = Editor(file).replace(function, f"{file.segment(function.value)}.log1p")
        fix = make_fix(
            editor, "Take log1p, the logarithm of 1 + x, which is 0 for 0",
            repair_class=RepairClass.B, likelihood=0.8,
        )  # fmt: skip
    return _Source(Place(file.path, node.lineno), told, (fix,) if fix else ())


def _sources(case: Case) -> Iterator[_Source]:
    """Yield comparisons that never find NaN, then lines that write one."""
    compared = False
    own = [file for file in own_files(case) if case.program.is_own(file.path)]
    for file in own:
        for found in nan_comparison.check(file):
            told = (
                f"{found.message.splitlines()[0]} So {file.line_text(found.places[0].line)!r} at "
                f"{case.program.relative(file.path)}:{found.places[0].line} does nothing "
                "(NaN == NaN is false); use np.isnan."
            )
            yield _Source(found.places[0], told, found.fixes)
            compared = True
    if compared:
        return  # What writes them is then only where they come from, and they were to be filled.
    for file in own:
        for node in ast.walk(file.tree):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Subscript)
                and _is_nan(node.value)
            ):
                yield _written(case, file, node)


def _divided(case: Case, broken: DataSummary) -> Iterator[_Source]:
    """Yield the divisions by a spread that is zero, where whole columns are missing."""
    columns = _lost_columns(broken)
    for division in zero_divisions(case):
        if not division.zeros and not columns:
            continue
        place, spread = division.place, division.spread_place
        relative = case.program.relative(place.file)
        text = division.file.segment(division.node.right)
        told = (
            f"{division.file.line_text(place.line).strip()!r} at {relative}:{place.line} divides "
            f"by {text}, which is 0 for what never changes: a column that is constant has the "
            f"deviation 0, and 0 / 0 is NaN{_told_columns(columns)}. Add a small number to the "
            "denominator, or leave such columns out."
        )
        yield _Source(place, told, tuple(division.fixes()))
        if spread is not None and spread != place:
            yield _Source(spread, told)
        return


def _lost_columns(broken: DataSummary) -> list[int]:
    """Return the columns of a table that hold nothing but NaN."""
    import numpy

    sample = broken.sample
    if sample is None or sample.dtype.kind != "f" or sample.ndim < 2:
        return []
    lost = (~numpy.isfinite(sample)).all(axis=tuple(range(sample.ndim - 1)))
    return [int(each) for each in numpy.flatnonzero(lost)] if not lost.all() else []


def _told_columns(columns: list[int]) -> str:
    named = ", ".join(map(str, columns[:5]))
    return f" (here column {named}: all its rows are NaN)" if columns else ""


def _is_nan(node: ast.expr) -> bool:
    return ast.unparse(node) in ("np.nan", "numpy.nan", "float('nan')", "math.nan", "np.inf")


def _written(case: Case, file: SourceFile, node: ast.Assign) -> _Source:
    target = node.targets[0]
    assert isinstance(target, ast.Subscript)
    place = Place(file.path, node.lineno)
    array = file.segment(target.value)
    reference = refer_to(file, "numpy.nan_to_num")
    editor = reference.imported(Editor(file))
    fix = None
    if isinstance(target.value, ast.Name):
        editor.insert_after(node, f"{array} = {reference.text}({array})")
        fix = make_fix(
            editor,
            f"Fill the missing values of {array} with {reference.text}",
            repair_class=RepairClass.C,
            likelihood=0.5,
        )
    told = (
        f"{file.line_text(node.lineno)!r} at {case.program.relative(file.path)}:{node.lineno} "
        f"writes NaN into {array}, and nothing fills it."
    )
    return _Source(place, told, (fix,) if fix else ())


def _repairs(argument: GivenArgument | None, *, is_infinite: bool) -> Iterator[tuple[Place, Fix]]:
    if argument is None or not isinstance(argument.node, ast.Name):
        return
    reference = refer_to(argument.file, "numpy.nan_to_num")
    editor = reference.imported(Editor(argument.file))
    # Left alone, it puts the largest float in the place of infinity.
    end = ", posinf=0.0, neginf=0.0)" if is_infinite else ")"
    editor.wrap(argument.node, f"{reference.text}(", end)
    fix = make_fix(
        editor,
        f"Fill missing values of {argument.node.id} with 0 before training: {reference.text}",
        repair_class=RepairClass.C,
        likelihood=0.4,
    )
    if fix is not None:
        yield argument.place, fix
