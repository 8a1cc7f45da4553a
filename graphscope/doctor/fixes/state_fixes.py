"""Fixes for initial states: joined, chosen, made of another size."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.home import bases_of, written_at
from graphscope.doctor.facts.states import States, recurrent_part
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import find_argument, fix_creation, make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, trace_value
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import label


def fixes_for(
    case: Case,
    states: States,
    kind: str,
    index: int,
    origins: tuple[Origin | None, Origin | None],
) -> Iterator[Fix]:
    """Yield the edits that give a recurrent layer the states it needs, most natural first."""
    if kind == "count":
        yield from _count_fixes(case, states)
    elif kind == "rank":
        yield from _rank_fixes(case, states, index)
    else:
        yield from _size_fixes(case, states, index, origins)


def _count_fixes(case: Case, states: States) -> Iterator[Fix]:
    found = _list_of(case, states)
    if found is None:
        return
    file, node, texts = found
    needed, given = len(states.needed), len(states.shapes)
    if given == 2 * needed and states.from_bidirectional:
        yield from _merged_halves(file, node, texts, states)
    if 2 * given == needed and "Bidirectional" in bases_of(states.layer):
        both = f"[{', '.join(texts * 2)}]"
        yield from _written(file, node, both, "Start both directions from the same states", 0.85)
    elif given == 1 and needed == 2:
        zeros = refer_to(file, "keras.ops.zeros_like")
        text = f"[{texts[0]}, {zeros.text}({texts[0]})]"
        title = "Start the cell state c from zeros beside the state h"
        yield from _written(file, node, text, title, 0.7, editor=zeros.imported(Editor(file)))
        text = f"[{texts[0]}, {texts[0]}]"
        yield from _written(file, node, text, "Use the one state as h and as c", 0.6)
    elif given > needed and not states.from_bidirectional:
        text = texts[0] if needed == 1 else f"[{', '.join(texts[:needed])}]"
        yield from _written(file, node, text, f"Pass the first {needed} only", 0.5)


def _merged_halves(
    file: SourceFile, node: ast.expr, texts: list[str], states: States
) -> Iterator[Fix]:
    half = len(texts) // 2
    sizes = [found[-1] if found else None for found in states.shapes]
    doubled = all(
        one is not None and needed == 2 * one
        for one, needed in zip(sizes, states.needed, strict=False)
    )
    ways = [
        ("Concatenate", "Concatenate the forward and backward state of each kind", doubled),
        ("Add", "Add the forward and backward state of each kind", not doubled),
    ]
    for name, title, fits in sorted(ways, key=lambda way: not way[2]):
        merge = refer_to(file, f"keras.layers.{name}")
        pairs = [
            f"{merge.text}()([{forward}, {backward}])"
            for forward, backward in zip(texts[:half], texts[half:], strict=True)
        ]
        text = pairs[0] if len(pairs) == 1 else f"[{', '.join(pairs)}]"
        likelihood = 0.93 if fits else 0.2
        yield from _written(
            file, node, text, title, likelihood, editor=merge.imported(Editor(file))
        )
    if not doubled:
        text = texts[0] if half == 1 else f"[{', '.join(texts[:half])}]"
        yield from _written(file, node, text, "Use the states of the forward direction only", 0.5)


def _rank_fixes(case: Case, states: States, index: int) -> Iterator[Fix]:
    maker = states.makers[index]
    found = _list_of(case, states)
    if found is not None and index < len(found[2]):
        file, node, texts = found
        last = [*texts]
        last[index] = f"{texts[index]}[:, -1, :]"
        text = last[0] if len(last) == 1 else f"[{', '.join(last)}]"
        title = f"Pass the output of the last time step of {texts[index]}"
        yield from _written(file, node, text, title, 0.8)
    if maker is not None and getattr(recurrent_part(maker.operation), "return_sequences", False):
        fix = fix_creation(
            case, recurrent_part(maker.operation), "return_sequences", "False",
            title=f"Let {label(maker.operation)} return its last step only", likelihood=0.6,
        )  # fmt: skip
        if fix is not None:
            yield fix


def _size_fixes(
    case: Case,
    states: States,
    index: int,
    origins: tuple[Origin | None, Origin | None],
) -> Iterator[Fix]:
    given, units = origins
    found = states.shapes[index]
    size, wanted = (found or (None,))[-1], states.needed[index]
    if size is None or wanted is None:
        return
    yield from _reordered(case, states)
    if size == 2 * wanted:
        yield from _twice_the_units(case, states, size)
    if units is not None:
        yield from toward(
            case, units, size, purpose=f"so that {label(states.layer)} has the units of its states",
            likelihood=0.9, limit=3,
        )  # fmt: skip
    if states.is_joined and size == 2 * wanted:
        yield from _added_instead(case, states)
    elif given is not None:
        yield from toward(
            case, given, wanted, likelihood=0.75, limit=2,
            purpose=f"so that the states have the {wanted} units of {label(states.layer)}",
        )  # fmt: skip
    yield from _projected(case, states, wanted)


def _twice_the_units(case: Case, states: States, size: int) -> Iterator[Fix]:
    """Write the doubled units where the layer is made: the name serves the encoder too."""
    made = creation_call(case, recurrent_part(states.layer))
    if made is None or not case.program.is_own(made[0].path):
        return
    file, call, _ = made
    for name in ("units", "filters"):
        node = find_argument(call, type(recurrent_part(states.layer)), name)
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            title = f"Give {label(states.layer)} {size} units, as many as both directions have"
            yield from _written(file, node, f"2 * {file.segment(node)}", title, 0.94)
            return


def _reordered(case: Case, states: States) -> Iterator[Fix]:
    """The same states in the order of the layer's own, where they only changed places."""
    found = _list_of(case, states)
    sizes = [each[-1] if each else None for each in states.shapes]
    if found is None or sorted(map(str, sizes)) != sorted(map(str, states.needed)):
        return
    file, node, texts = found
    left, order = list(range(len(sizes))), []
    for needed in states.needed:
        chosen = next(index for index in left if sizes[index] == needed)
        left.remove(chosen)
        order.append(chosen)
    text = f"[{', '.join(texts[index] for index in order)}]"
    yield from _written(file, node, text, "Put the states in the layer's own order", 0.92)


def _added_instead(case: Case, states: States) -> Iterator[Fix]:
    editors: dict[str, Editor] = {}
    for maker in states.makers:
        written = written_at(case, maker) if maker else None
        if written is None or not isinstance(written[1].func, ast.Call):
            return
        file, call = written[:2]
        add = refer_to(file, "keras.layers.Add")
        editor = editors.setdefault(file.path, Editor(file))
        if editors and maker is states.makers[0]:
            add.imported(editor)
        editor.replace(call.func, f"{add.text}()")
    if len(editors) == 1:
        fix = make_fix(
            next(iter(editors.values())),
            "Add the forward and backward states instead of concatenating them",
            likelihood=0.7,
        )
        if fix is not None:
            yield fix


def _projected(case: Case, states: States, wanted: int) -> Iterator[Fix]:
    """Bring each state to the size of the layer with a Dense layer."""
    found = _list_of(case, states)
    if found is None or len(found[2]) != len(states.needed):
        return
    file, node, texts = found
    if states.frame is not None and states.frame.code.co_name == "call":
        return  # a layer made inside `call` would be new at every call
    dense = refer_to(file, "keras.layers.Dense")
    parts = [f"{dense.text}({wanted})({text})" for text in texts]
    text = parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"
    title = f"Bring the states to {wanted} units with Dense layers"
    yield from _written(file, node, text, title, 0.4, editor=dense.imported(Editor(file)))


def _list_of(case: Case, states: States) -> tuple[SourceFile, ast.expr, list[str]] | None:
    """Return the expression that lists the states, where it can be rewritten, with their texts."""
    file, node = states.file, states.node
    if file is None or node is None or states.frame is None:
        return None
    if isinstance(node, ast.List | ast.Tuple):
        return file, node, [file.segment(each) for each in node.elts]
    text = file.segment(node)
    if len(states.tensors) == 1:
        return file, node, [text]
    for step in trace_value(case, node, states.frame, file=file).chain():
        listed = step.node
        if isinstance(listed, ast.List | ast.Tuple) and step.file is not None:
            if len(listed.elts) == len(states.tensors) and isinstance(listed.ctx, ast.Load):
                return step.file, listed, [step.file.segment(each) for each in listed.elts]
            break
    return file, node, [f"{text}[{index}]" for index in range(len(states.tensors))]


def _written(
    file: SourceFile,
    node: ast.expr,
    text: str,
    title: str,
    likelihood: float,
    *,
    editor: Editor | None = None,
) -> Iterator[Fix]:
    fix = make_fix(
        (editor or Editor(file)).replace(node, text),
        title, repair_class=RepairClass.B, likelihood=likelihood,
    )  # fmt: skip
    if fix is not None:
        yield fix
