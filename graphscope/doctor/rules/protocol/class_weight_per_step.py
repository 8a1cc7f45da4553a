"""class_weight is given for targets that hold a class for every step or pixel."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.training import boundary_call, summary
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.records import DataSummary
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, code

ID = "class-weight-per-step"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the rank of the targets with what class_weight can be spread over."""
    failure = case.failure
    boundary = failure.boundary if failure else None
    if boundary is None or boundary.arguments.get("class_weight") is None:
        return
    targets = summary(boundary, "y")
    call = boundary_call(case, boundary)
    if targets is None or call is None or targets.spec.shape is None:
        return
    shape, is_sparse = targets.spec.shape, _is_sparse(targets)
    if len(shape) >= 3 or (len(shape) == 2 and (shape[-1] or 0) > 1 and is_sparse):
        yield _tell(call, targets, is_sparse=is_sparse)


def _is_sparse(targets: DataSummary) -> bool:
    """Whether the targets are class numbers, not one-hot vectors or images of one channel."""
    shape = targets.spec.shape or ()
    if not targets.is_integral or shape[-1:] == (1,):
        return targets.is_integral
    sample = targets.sample
    if sample is None:
        return not targets.spec.dtype.startswith("float")
    return not bool((abs(sample.sum(axis=-1) - 1) < 1e-6).all())


def _tell(call: UserCall, targets: DataSummary, *, is_sparse: bool) -> Diagnosis:
    case = call.case
    shape = targets.spec.shape or ()
    batch = (None, *shape[1:])
    weights = tuple(batch if is_sparse else batch[:-1])
    node = find_argument(call.node, call.function, "class_weight")
    given = call.file.segment(node) if node else "class_weight"
    what = "class numbers" if is_sparse else "one-hot vectors"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"class_weight={given} is given to {call.name}{at(case, call.place)} with targets of shape "
        f"{tuple(batch)}: {what} for each of {shape[1]} timesteps, rank {len(shape)}.\n"
        f"class_weight is supported only for one class per sample (targets of at most 2D, such as "
        f"(None,) or (None, classes)); 3D or per-timestep targets are not supported.\n"
        f"Give sample_weight of shape {weights} instead: the weight of each target's class.",
        places=(call.place,),
        layer=None,
        evidence=(
            code(case, call.place),
            Evidence("shape", f"targets {tuple(batch)}: {shape[1]} timesteps for each sample"),
            Evidence("shape", f"sample_weight {weights} holds one weight for every timestep"),
        ),
        fixes=tuple(_fixes(call, node, is_sparse=is_sparse)),
    )


def _fixes(call: UserCall, node: ast.expr | None, *, is_sparse: bool) -> Iterator[Fix]:
    targets = find_argument(call.node, call.function, "y")
    keyword = call.file.parent(node) if node is not None else None
    if targets is None or not isinstance(keyword, ast.keyword) or node is None:
        return
    file = call.file
    y, weights = file.segment(targets), file.segment(node)
    weights = f"({weights})" if isinstance(node, ast.Dict) else weights
    numpy = refer_to(file, "numpy.vectorize")
    classes = y if is_sparse else f"{y}.argmax(-1)"
    text = f"{numpy.text}({weights}.get)({classes})"
    editor = numpy.imported(Editor(file)).replace(keyword, f"sample_weight={text}")
    fix = make_fix(
        editor,
        "Give sample_weight, one weight for every timestep, instead of class_weight",
        repair_class=RepairClass.A,
        likelihood=0.92,
    )
    if fix is not None:
        yield fix
    without = Editor(file).remove_argument(call.node, keyword)
    fix = make_fix(
        without, "Train without class_weight", repair_class=RepairClass.B, likelihood=0.3
    )
    if fix is not None:
        yield fix
