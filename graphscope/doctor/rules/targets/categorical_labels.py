"""Labels that `to_categorical` cannot turn into one-hot rows: too large, or not numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import append, argument, fix_of
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import as_evidence, trace_data, trace_value
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, distinct

ID = "categorical-labels"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the labels with the number of classes."""
    import numpy

    found = failing(case)
    if found is None or not isinstance(found.node, ast.Call) or not found.node.args:
        return
    if function_name(found.node) not in {"to_categorical", "one_hot"}:
        return
    labels = found.look(found.node.args[0])
    if not isinstance(labels, numpy.ndarray | list | tuple):
        return
    values = numpy.asarray(labels)
    if values.dtype.kind in "USO" and values.size:
        yield _text_labels(case, found, values)
    elif values.dtype.kind in "iuf" and values.size:
        classes = found.look(argument(found.node, "num_classes", 1))
        if isinstance(classes, int) and (values.max() >= classes or values.min() < -classes):
            yield _too_large(case, found, int(values.min()), int(values.max()), classes)


def _text_labels(case: Case, found: Failing, values: object) -> Diagnosis:
    assert isinstance(found.node, ast.Call)
    node = found.node.args[0]
    text = found.source(node)
    unique = refer_to(found.file, "numpy.unique")
    editor = unique.imported(Editor(found.file))
    editor.wrap(node, f"{unique.text}(", ", return_inverse=True)[1]")
    names = sorted({str(each) for each in list(values)[:200]})  # type: ignore[call-overload]
    shown = ", ".join(map(repr, names[:6]))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"to_categorical{at(case, found.place)}: {text} holds text ({shown}), and it needs class "
        f"numbers 0 to {len(names) - 1}.\n"
        "Number the classes first: np.unique(labels, return_inverse=True)[1] gives 0, 1, 2, ... in "
        "alphabetical order (or LabelEncoder, or a dictionary of your own).",
        places=distinct([found.place]),
        evidence=(Evidence("data", f"{text}: {shown}", found.place),),
        fixes=tuple(fix_of(editor, "Number the classes with np.unique", 0.85)),
    )


def _too_large(case: Case, found: Failing, low: int, high: int, classes: int) -> Diagnosis:
    assert isinstance(found.node, ast.Call)
    node, count = found.node.args[0], argument(found.node, "num_classes", 1)
    text = found.source(node)
    fixes: list[Fix] = []
    evidence = list(as_evidence(case, trace_data(case, node, found.frame))[:3])
    is_shifted = low == 1 and high == classes
    shifted = fix_of(
        append(found, node, " - 1"),
        f"Let the labels start at 0: {text} - 1",
        0.9 if is_shifted else 0.4,
        RepairClass.A if is_shifted else RepairClass.B,
    )
    if low >= 1:
        fixes += shifted
    if count is not None:
        origin = trace_value(case, count, found.frame)
        purpose = f"for the labels up to {high}"
        likelihood = 0.6 if low == 1 and high == classes else 0.85
        fixes += toward(case, origin, high + 1, purpose=purpose, likelihood=likelihood, limit=2)
        evidence += as_evidence(case, origin)[:2]
    start = (
        f"They start at 1: with {classes} classes they must go from 0 to {classes - 1}."
        if low == 1 and high == classes
        else f"With num_classes={classes} they must go from 0 to {classes - 1}."
    )
    fixes.sort(key=lambda fix: -fix.likelihood)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"to_categorical{at(case, found.place)}: the labels {text} go from {low} to {high}, index "
        f"{high} is out of bounds for {classes} columns.\n{start}\n"
        f"Subtract 1 from the labels, or make {high + 1} classes.",
        places=distinct([fixes[0].places[0] if fixes else None, found.place]),
        evidence=(Evidence("data", f"{text}: {low} to {high}", found.place), *evidence),
        fixes=tuple(fixes),
    )
