"""Attention between a query, values and keys whose sizes do not belong together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.home import bases_of, home_of, layers_around, written_at
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, as_evidence, describe, trace_dimension
from graphscope.doctor.records import CallRecord, Frame, Shape
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, distinct, label, shape

ID = "attention-inputs"

_ROLES = ("query", "value", "key")


@dataclass(frozen=True, slots=True, eq=False)
class _Attention:
    """A call of an attention layer: its tensors in the order of the call, and their expressions."""

    call: CallRecord
    tensors: list[Any]
    shapes: list[Shape]
    file: SourceFile | None
    nodes: list[ast.expr]
    listed: ast.expr | None
    frame: Frame | None

    @property
    def place(self) -> Place | None:
        return Place(self.file.path, self.nodes[0].lineno) if self.file and self.nodes else None

    def text(self, index: int) -> str:
        """Return how the source names a tensor."""
        if self.file is not None and index < len(self.nodes):
            return " ".join(self.file.segment(self.nodes[index]).split())
        return _ROLES[index]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare depth and length of what an attention layer was given."""
    for call in layers_around(case):
        if not bases_of(call.operation) & {"Attention", "AdditiveAttention"}:
            continue
        if not isinstance(call.args[0] if call.args else None, list | tuple):
            yield from _not_listed(case, call)
            return
        attention = _attention(case, home_of(case, call))
        if attention is not None:
            yield from _judged(case, attention)
        return


def _not_listed(case: Case, call: CallRecord) -> Iterator[Diagnosis]:
    """Query and value given as two arguments, as multi-head attention takes them."""
    layer, written = call.operation, written_at(case, call)
    if written is None or not call.args:
        return
    file, node, _ = written
    texts = [file.segment(each) for each in node.args]
    listed = texts if len(texts) > 1 else texts * 2
    editor = Editor(file).replace(node, f"{file.segment(node.func)}([{', '.join(listed)}])")
    fix = make_fix(
        editor, f"Pass one list: [{', '.join(listed)}]", repair_class=RepairClass.A, likelihood=0.93
    )
    place = Place(file.path, node.lineno)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(layer)}{at(case, place)} must be called on one list, [query, value] or "
        f"[query, value, key], and was called on {', '.join(texts)}: "
        f"{', '.join(shape(each) for each in call.input_specs)}.\n"
        "The second argument of its call is the mask. (MultiHeadAttention takes query and value "
        "as two arguments.)",
        places=distinct([place]),
        layer=layer.name,
        evidence=(Evidence("code", file.segment(node), place),),
        fixes=(fix,) if fix is not None and not node.keywords else (),
    )


def _attention(case: Case, call: CallRecord) -> _Attention | None:
    given = call.args[0] if call.args else call.kwargs.get("inputs")
    if not isinstance(given, list | tuple) or len(given) not in (2, 3):
        return None
    shapes = [_shape(call, tensor) for tensor in given]
    if any(each is None or len(each) < 2 for each in shapes):
        return None
    written = written_at(case, call)
    nodes: list[ast.expr] = []
    listed = None
    if written is not None and written[1].args:
        listed = written[1].args[0]
        if isinstance(listed, ast.List | ast.Tuple) and len(listed.elts) == len(given):
            nodes = listed.elts
    return _Attention(
        call, list(given), [each for each in shapes if each is not None],
        written[0] if written else None, nodes, listed, written[2] if written else None,
    )  # fmt: skip


def _shape(call: CallRecord, tensor: Any) -> Shape | None:
    for given, spec in zip(call.inputs, call.input_specs, strict=False):
        if given is tensor:
            return spec.shape
    return shape_of(tensor)


def _judged(case: Case, attention: _Attention) -> Iterator[Diagnosis]:
    query, value, *rest = attention.shapes
    key = rest[0] if rest else value
    if _differ(query[-1], key[-1]):
        yield _depth(case, attention, query, key)
    elif rest and _differ(value[-2], key[-2]):
        yield _length(case, attention, value, key)


def _differ(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one != other


def _depth(case: Case, attention: _Attention, query: Shape, key: Shape) -> Diagnosis:
    index = len(attention.shapes) - 1
    layer = attention.call.operation
    origins = _origin(case, attention, 0), _origin(case, attention, index)
    order = _fitting_order(attention.shapes) if index == 2 else None
    keyed = "key" if index == 2 else "value, which also serves as the key,"
    how = (
        "the sum of query and key"
        if "Additive" in type(layer).__name__
        else ("the scores, query times transposed key,")
    )
    fixes = [*_reordered(attention, order), *_depth_fixes(case, attention, origins, index)]
    advice = (
        f"The order of the inputs is [query, value, key]: value and key are swapped here; as "
        f"[{', '.join(attention.text(each) for each in order)}] they fit."
        if order is not None
        else "The order of the inputs is [query, value, key]. Give query and key the same depth: "
        "change the width of one of the layers, or project one with a Dense layer."
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(layer)}{at(case, attention.place)} cannot compute {how} of query depth "
        f"{query[-1]} versus key depth {key[-1]}: query {attention.text(0)} is {shape(query)}, "
        f"the {keyed} {attention.text(index)} is {shape(key)}; their last axis must be equal.\n"
        f"{query[-1]} comes from {describe(case, origins[0])[:240]}.\n"
        f"{key[-1]} comes from {describe(case, origins[1])[:240]}.\n{advice}",
        places=distinct(
            [*(place for fix in fixes[:1] for place in fix.places), attention.place,
             *origins[1].places, *origins[0].places]
        ),
        layer=layer.name,
        evidence=(
            *(
                Evidence("shape", f"{role} = {attention.text(number)}: {shape(found)}")
                for number, (role, found) in enumerate(
                    zip(_ROLES, attention.shapes, strict=False)
                )
            ),
            *as_evidence(case, origins[0]),
            *as_evidence(case, origins[1]),
            Evidence("note", "Attention layers of Keras take [query, value, key]; "
                     "swap value and key when they come from code that writes query, key, value"),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _length(case: Case, attention: _Attention, value: Shape, key: Shape) -> Diagnosis:
    layer = attention.call.operation
    order = _fitting_order(attention.shapes)
    fixes = tuple(_reordered(attention, order))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{label(layer)}{at(case, attention.place)} received value {attention.text(1)} "
        f"{shape(value)} and key {attention.text(2)} {shape(key)}: each key belongs to one value, "
        f"so their lengths must be equal, and {value[-2]} and {key[-2]} differ.\n"
        "The order of the inputs is [query, value, key]; value and key come from one sequence.",
        places=distinct([attention.place]),
        layer=layer.name,
        evidence=tuple(
            Evidence("shape", f"{role} = {attention.text(number)}: {shape(found)}")
            for number, (role, found) in enumerate(zip(_ROLES, attention.shapes, strict=True))
        ),
        fixes=fixes,
    )


def _fitting_order(shapes: list[Shape]) -> tuple[int, ...] | None:
    """Return the other order of three tensors in which they fit, the nearest swap first."""
    orders = sorted(permutations(range(3)), key=lambda each: (each != (0, 2, 1), each))
    for order in orders:
        query, value, key = (shapes[each] for each in order)
        if order != (0, 1, 2) and query[-1] == key[-1] and value[-2] == key[-2]:
            return order
    return None


def _origin(case: Case, attention: _Attention, index: int) -> Origin:
    return trace_dimension(case, attention.tensors[index], -1, attention.call)


def _reordered(attention: _Attention, order: tuple[int, ...] | None) -> Iterator[Fix]:
    if order is None or attention.file is None or not attention.nodes:
        return
    editor = Editor(attention.file)
    texts = [attention.file.segment(node) for node in attention.nodes]
    for node, source in zip(attention.nodes, order, strict=True):
        if node is not attention.nodes[source]:
            editor.replace(node, texts[source])
    title = "Swap value and key: the order is [query, value, key]"
    if order != (0, 2, 1):
        title = "Put the inputs in the order [query, value, key]"
    fix = make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.93)
    if fix is not None:
        yield fix


def _depth_fixes(
    case: Case, attention: _Attention, origins: tuple[Origin, Origin], index: int
) -> Iterator[Fix]:
    depths = attention.shapes[0][-1], attention.shapes[index][-1]
    assert depths[0] is not None and depths[1] is not None
    for origin, wanted, text, likelihood in (
        (origins[1], depths[0], attention.text(index), 0.8),
        (origins[0], depths[1], attention.text(0), 0.65),
    ):
        yield from toward(
            case, origin, wanted, likelihood=likelihood, limit=2,
            purpose=f"so that {text} has the depth {wanted}",
        )  # fmt: skip
    yield from _projected(attention, depths[1])


def _projected(attention: _Attention, depth: int) -> Iterator[Fix]:
    file, frame = attention.file, attention.frame
    if file is None or frame is None or not attention.nodes or frame.code.co_name == "call":
        return
    dense = refer_to(file, "keras.layers.Dense")
    editor = dense.imported(Editor(file))
    editor.wrap(attention.nodes[0], f"{dense.text}({depth})(", ")")
    fix = make_fix(editor, f"Project the query to {depth} with a Dense layer", likelihood=0.5)
    if fix is not None:
        yield fix
