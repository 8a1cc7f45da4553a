"""Edits of pipelines of datasets: batches where there are none, one where there are two."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.facts.data_steps import pipeline
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Handover, Part
from graphscope.doctor.facts.handover import training_of
from graphscope.doctor.facts.looking import MISSING, look
from graphscope.doctor.facts.mismatch import compare
from graphscope.doctor.findings import Edit, Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import handed_over
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile

_LATE = {"prefetch", "repeat", "with_options", "cache"}
"""Steps of a pipeline that may as well come after the batching."""


_DATASET_METHODS = {
    "from_tensor_slices", "from_generator", "map", "shuffle", "cache", "prefetch", "repeat", "take",
    "skip", "filter", "zip", "range", "concatenate", "with_options", "enumerate", "interleave",
}  # fmt: skip


def batch_pipeline(part: Part) -> Iterator[Fix | None]:
    """Batch a dataset at the end of its pipeline, and at the call; others that lack it too."""
    own = part.handover
    if own.node is None:
        return
    size = _batch_size(part)
    yield _out_of_branch(part)
    places = [_end_of_pipeline(part, *each) for each in _unbatched(part)]
    ends = [each for each in places if each is not None]
    if ends:
        yield _batched(ends, size, 0.93)
    yield _batched([(own.file, own.node)], size, 0.7)


def _out_of_branch(part: Part) -> Fix | None:
    """Batch in both cases, where a helper does so in one branch only."""
    own = part.handover
    assert own.node is not None
    seen: set[int] = set()
    for file, call in pipeline(own.case, own.file, own.node, own.frame):
        function = file.function_of(call)
        if function is None or id(function) in seen or not own.case.program.is_own(file.path):
            continue
        seen.add(id(function))
        for branch in (each for each in ast.walk(function) if isinstance(each, ast.If)):
            last = branch.body[-1]
            batches = any(
                isinstance(e, ast.Call) and function_name(e) == "batch" for e in ast.walk(last)
            )
            if not batches or branch.orelse or len(branch.body) == 1 or last.end_lineno is None:
                continue
            outer = " " * branch.col_offset
            lines = range(last.lineno, last.end_lineno + 1)
            edits = tuple(
                Edit(file.path, n, outer + file.lines[n - 1][last.col_offset :]) for n in lines
            )
            test = file.segment(branch.test)
            return Fix(
                f"Batch in both branches: `{file.line_text(last.lineno)}` is called only if {test}",
                edits,
                RepairClass.A,
                likelihood=0.96,
            )
    return None


def _unbatched(part: Part) -> Iterator[tuple[SourceFile, ast.expr, Frame]]:
    """Yield the expressions of all datasets that are handed over without batches."""
    own = part.handover
    assert own.node is not None
    yield own.file, own.node, own.frame
    for node in handed_over(own.file):
        value = look(node, own.frame) if own.file.function_of(node) in _functions(own) else MISSING
        spec = getattr(value, "element_spec", None)
        first = spec[0] if isinstance(spec, tuple) and spec else spec
        shape = getattr(first, "shape", None)
        if node is own.node or shape is None or part.declared is None:
            continue
        mismatch = compare(part.declared.shape, tuple(shape))
        if mismatch is not None and mismatch.kind == "single-sample":
            yield own.file, node, own.frame


def _functions(own: Handover) -> list[ast.AST | None]:
    return [own.file.function_of(own.call)]


def _end_of_pipeline(
    part: Part, file: SourceFile, node: ast.expr, frame: Frame
) -> tuple[SourceFile, ast.expr] | None:
    """Return the call behind which a dataset is to be batched."""
    own = part.handover
    trained = own.role != "x" or training_of(own) is not None
    for place, call in pipeline(own.case, file, node, frame):
        if not own.case.program.is_own(place.path):
            continue
        # What a helper makes for training too is right there; only this use lacks the batches.
        if not trained and function_name(call) not in _DATASET_METHODS:
            continue
        end = call
        while (
            function_name(end) in _LATE
            and isinstance(end.func, ast.Attribute)
            and isinstance(end.func.value, ast.Call)
        ):
            end = end.func.value
        return place, end
    return None


def _batched(places: list[tuple[SourceFile, ast.expr]], size: str, likelihood: float) -> Fix | None:
    editor = Editor(places[0][0])
    for node in {id(node): node for file, node in places if file is editor.file}.values():
        editor.wrap(node, "", f".batch({size})")
    return make_fix(
        editor,
        f"Batch the dataset: `.batch({size})`",
        repair_class=RepairClass.A,
        likelihood=likelihood,
    )


def _batch_size(part: Part) -> str:
    """Return the batch size that the program names, else 32."""
    own = part.handover
    given = next((e.value for e in own.call.keywords if e.arg == "batch_size"), None)
    if given is not None:
        return own.file.segment(given)
    for names in (own.frame.locals, own.frame.globals):
        for name in ("batch_size", "BATCH_SIZE", "BATCH", "batch", "bs"):
            if isinstance(names.get(name), int):
                return name
    return "32"


def keep_one_batch(part: Part) -> Iterator[Fix | None]:
    """Take one of several `.batch(...)` out of a pipeline."""
    own = part.handover
    if own.node is None:
        return
    calls = pipeline(own.case, own.file, own.node, own.frame)
    batches = [
        (file, call)
        for file, call in calls
        if function_name(call) in {"batch", "padded_batch"} and isinstance(call.func, ast.Attribute)
    ]
    for rank, (file, call) in enumerate(batches):
        if not own.case.program.is_own(file.path):
            continue
        assert isinstance(call.func, ast.Attribute)
        removed = f".batch({', '.join(file.segment(each) for each in call.args)})"
        which = "second" if rank == 0 else "first"
        yield make_fix(
            Editor(file).replace(call, file.segment(call.func.value)),
            f"Remove the {which} `{removed}`: the dataset is already batched",
            repair_class=RepairClass.A if rank == 0 else RepairClass.B,
            likelihood=0.93 - 0.3 * rank,
        )
        if rank == 0:
            yield make_fix(
                Editor(file).wrap(call.func.value, "", ".unbatch()"),
                "Take the batches apart first: `.unbatch()`",
                repair_class=RepairClass.B,
                likelihood=0.5,
            )
