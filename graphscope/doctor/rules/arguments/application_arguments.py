"""A model of keras.applications refuses its arguments: input size, channels, classes, weights."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.origins import Origin, as_evidence, trace_value
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, code, distinct

ID = "application-arguments"


@dataclass(frozen=True, slots=True, eq=False)
class _Refusal:
    """The call of an application, and what its code was looking at when it refused."""

    call: UserCall
    title: str
    held: Mapping[str, Any]
    message: str


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at what the code of the application had in hand."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, ValueError) or not failure.keras_frames:
        return
    if "keras/src/applications/" not in failure.keras_frames[0][1].replace("\\", "/"):
        return
    for call in user_calls(case):
        module = getattr(call.function, "__module__", None) or ""
        if "applications" in module:
            held = dict(failure.keras_frames[0][3])
            said = " ".join(failure.message.split())
            yield from _judge(_Refusal(call, call.name, held, said))
            return


def _judge(refusal: _Refusal) -> Iterator[Diagnosis]:
    shape, least = refusal.held.get("input_shape"), refusal.held.get("min_size")
    if isinstance(shape, tuple | list) and isinstance(least, int) and len(shape) == 3:
        small = [s for s in shape[:2] if isinstance(s, int) and s < least]
        if small:
            yield _too_small(refusal, tuple(shape), least)
            return
    yield from _other(refusal)


def _too_small(refusal: _Refusal, shape: tuple[Any, ...], least: int) -> Diagnosis:
    call, case = refusal.call, refusal.call.case
    node = find_argument(call.node, call.function, "input_shape")
    used = Place(call.file.path, (node or call.node).lineno)
    origins = _sizes(call, node, len(shape))
    ends = [o.end for o in origins if _is_editable(case, o)]
    line = next((end.place for end in ends if end.place), used)
    size = f"{shape[0]}x{shape[1]}"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"{refusal.title}{at(case, used)} halves its input so often that the input size must be at "
        f"least {least}x{least}; received {size}: input_shape={shape}.\n"
        f"{call.file.line_text(used.line)}\n"
        f"Make the images larger: resize or pad the images to {least}x{least} or more (also the "
        f"data: keras.layers.Resizing, tf.image.resize), or use a smaller network.",
        places=distinct([line, used]),
        layer=refusal.title,
        evidence=(
            code(case, line),
            Evidence("shape", f"received {size}, input_shape={shape}", used),
            Evidence("shape", f"needed at least ({least}, {least}, {shape[-1]})"),
            *(step for origin in origins[:1] for step in as_evidence(case, origin)),
        ),
        fixes=tuple(_larger(call, ends, node, least)),
    )


def _sizes(call: UserCall, node: ast.expr | None, rank: int) -> list[Origin]:
    """Return where height and width came from."""
    if node is None:
        return []
    whole = trace_value(call.case, node, call.frame)
    tuples = [
        (step.file, step.node)
        for step in [whole, *whole.walk()]
        if isinstance(step.node, ast.Tuple)
        and step.file is not None
        # A tuple of another length is the shape of the data, of which this is a part.
        and len(step.node.elts) == rank
    ]
    if isinstance(node, ast.Tuple):
        return [trace_value(call.case, each, call.frame) for each in node.elts[:2]]
    for file, found in tuples:
        assert isinstance(found, ast.Tuple)
        return [trace_value(call.case, each, None, file=file) for each in found.elts[:2]]
    return []


def _is_editable(case: Case, origin: Origin) -> bool:
    end = origin.end
    own = end.file is not None and case.program.is_own(end.file.path)
    return own and isinstance(end.node, ast.Constant) and type(end.node.value) is int


def _larger(call: UserCall, ends: list[Origin], node: ast.expr | None, least: int) -> Iterator[Fix]:
    files = {end.file.path: end.file for end in ends if end.file is not None}
    for rank, size in enumerate((least, 2 * least)):
        if len(files) != 1:
            break
        editor = Editor(next(iter(files.values())))
        for target in {id(end.node): end.node for end in ends}.values():
            assert isinstance(target, ast.expr)
            editor.replace(target, str(size))
        title = f"Make the images {size}x{size}"
        yield from _made(editor, title, RepairClass.B, 0.85 - 0.2 * rank)
    if node is not None and not files and isinstance(node, ast.Subscript):
        yield from _resized(call, node, least)
    if node is not None and not files and call.is_own:
        value = call.value(node)
        last = value[-1] if isinstance(value, tuple) else 3
        text = f"({least}, {least}, {last})"
        editor = Editor(call.file).replace(node, text)
        yield from _made(
            editor, f"Give input_shape={text}, and resize the data", RepairClass.C, 0.4
        )


def _resized(call: UserCall, node: ast.Subscript, least: int) -> Iterator[Fix]:
    """`input_shape=x.shape[1:]`: the data themselves must be larger."""
    shape = node.value
    data = shape.value if isinstance(shape, ast.Attribute) else None
    if not isinstance(data, ast.Name) or not call.is_own:
        return
    refer = [refer_to(call.file, f"keras.ops.{e}") for e in ("convert_to_numpy", "image.resize")]
    if any(each.module for each in refer):
        return
    text = f"{data.id} = {refer[0].text}({refer[1].text}({data.id}, ({least}, {least})))"
    editor = Editor(call.file).insert_before(call.file.statement_of(call.node), text)
    yield from _made(editor, f"Resize the images to {least}x{least}", RepairClass.B, 0.85)


def _other(refusal: _Refusal) -> Iterator[Diagnosis]:
    """Weights, classes, channels and the like: the arguments that the message names."""
    call, case = refusal.call, refusal.call.case
    named = [
        (name, node)
        for name, node in call.arguments()
        if name and (f"`{name}" in refusal.message or f"{name}=" in refusal.message)
    ]
    first = _most_wrong(refusal, named)
    line = Place(call.file.path, first[1].lineno) if first else call.place
    given = ", ".join(f"{name}={call.file.segment(node)}" for name, node in named)
    fixes = tuple(_candidates(refusal, dict(named)))
    advice = f"{fixes[0].title}." if fixes else "Change one of these arguments."
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.88,
        f"{refusal.title}{at(case, line)} refuses its arguments: {refusal.message[:300]}\n"
        f"Received {given or call.file.segment(call.node)}.\n{advice}",
        places=distinct([line, call.place]),
        layer=refusal.title,
        evidence=(
            code(case, line),
            *(Evidence("value", f"{name}={call.value(node)!r}", line) for name, node in named),
        ),
        fixes=fixes,
    )


def _most_wrong(
    refusal: _Refusal, named: list[tuple[str, ast.expr]]
) -> tuple[str, ast.expr] | None:
    """Return the argument whose value the message repeats."""
    received = refusal.message.rpartition("eceived")[2]
    repeated = [each for each in named if each[0] in received]
    return next(iter([*repeated, *named]), None)


def _candidates(refusal: _Refusal, named: Mapping[str, ast.expr]) -> Iterator[Fix]:
    call = refusal.call
    shape = refusal.held.get("input_shape")
    weights = find_argument(call.node, call.function, "weights")
    node = find_argument(call.node, call.function, "input_shape")
    if "classes" in named and call.is_own:
        editor = Editor(call.file).set_keyword(call.node, "weights", "None")
        yield from _made(
            editor, "Train from scratch: weights=None keeps your classes", RepairClass.B, 0.8
        )
        editor = Editor(call.file).set_keyword(call.node, "include_top", "False")
        yield from _made(editor, "Take the features alone: include_top=False", RepairClass.C, 0.4)
    elif isinstance(shape, tuple | list) and node is not None and call.is_own:
        if len(shape) == 2:
            texts = [f"(*{call.file.segment(node)}, 3)"]
            if isinstance(node, ast.Tuple):
                texts = [f"({', '.join(map(call.file.segment, node.elts))}, 3)"]
        else:
            texts = [f"({shape[0]}, {shape[1]}, 3)"]
        for text in texts:
            editor = Editor(call.file).replace(node, text)
            yield from _made(editor, f"Give three channels: input_shape={text}", RepairClass.B, 0.8)
    if weights is not None and "classes" not in named and call.is_own:
        value = call.value(weights)
        if isinstance(value, str) and "`imagenet`" in refusal.message and value != "imagenet":
            editor = Editor(call.file).replace(weights, '"imagenet"')
            yield from _made(editor, 'Write weights="imagenet"', RepairClass.A, 0.85)
        editor = Editor(call.file).replace(weights, "None")
        yield from _made(editor, "Train from scratch: weights=None", RepairClass.B, 0.6)


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
