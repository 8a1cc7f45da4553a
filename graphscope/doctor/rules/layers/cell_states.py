"""A cell of the user's whose states are not what its `state_size` says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.home import bases_of, is_keras_own
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Shape
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, class_name, distinct, label, place_of, shape

ID = "cell-states"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare what a cell returned with its `state_size`, and how it uses the states it gets."""
    call = case.failure.layer_call if case.failure else None
    while call is not None and "RNN" not in bases_of(call.operation):
        call = call.parent
    cell = getattr(call.operation, "cell", None) if call is not None else None
    if cell is None or is_keras_own(cell):
        return
    sizes = _sizes(cell)
    method = _method(case, cell)
    if sizes is None or method is None:
        return
    file, function = method
    bare = _bare_uses(function)
    made = _returned(case, cell)
    if bare:
        yield _list_as_state(case, cell, file, function, bare)
    elif made is not None and len(made) != len(sizes):
        yield _count(case, cell, file, function, sizes, made)
    elif made is not None:
        yield from _size(case, cell, file, function, sizes, made)


def _sizes(cell: Any) -> list[int] | None:
    size = getattr(cell, "state_size", None)
    if isinstance(size, int):
        return [size]
    if isinstance(size, list | tuple) and all(isinstance(each, int) for each in size):
        return list(size)
    return None


def _method(case: Case, cell: Any) -> tuple[SourceFile, ast.FunctionDef] | None:
    for file in case.program.files:
        for cls in file.classes(class_name(cell)):
            for node in cls.body:
                if isinstance(node, ast.FunctionDef) and node.name == "call":
                    return file, node
    return None


def _bare_uses(function: ast.FunctionDef) -> list[ast.Name]:
    """Return where the list of states is given to an operation as if it were the state."""
    names = [each.arg for each in function.args.args]
    if len(names) < 3:
        return []
    found: list[ast.Name] = []
    for node in ast.walk(function):
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Call):
            own = isinstance(node.func, ast.Name) and node.func.id in {"len", "list", "tuple"}
            parts = [] if own else node.args
        found += [part for part in parts if isinstance(part, ast.Name) and part.id == names[2]]
    reassigned = any(
        isinstance(node, ast.Name) and node.id == names[2] and isinstance(node.ctx, ast.Store)
        for node in ast.walk(function)
    )
    return [] if reassigned else found


def _returned(case: Case, cell: Any) -> list[Shape | None] | None:
    """Return the shapes of the states that the cell handed on."""
    for call in reversed(case.recording.calls):
        if call.operation is cell and call.outputs and call.error is None:
            return [spec.shape for spec in call.output_specs[1:]]
    return None


def _list_as_state(
    case: Case,
    cell: Any,
    file: SourceFile,
    function: ast.FunctionDef,
    bare: list[ast.Name],
) -> Diagnosis:
    editor = Editor(file)
    for node in bare:
        editor.replace(node, f"{node.id}[0]")
    name = bare[0].id
    fix = make_fix(
        editor, f"Use {name}[0], the first state", repair_class=RepairClass.A, likelihood=0.93
    )
    place = Place(file.path, bare[0].lineno)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{class_name(cell)}.call{at(case, place)} uses {name} as one tensor, and an RNN layer "
        f"hands its cell a list of states, also where there is only one (state_size="
        f"{cell.state_size}).\nTurned into a tensor the list has an axis more: (1, batch, "
        f"{_sizes(cell)[0]}).\nTake the state out of it: {name}[0].",  # type: ignore[index]
        places=distinct([place, Place(file.path, function.lineno), place_of(case, cell)]),
        layer=cell.name,
        evidence=(Evidence("code", file.line_text(place.line), place),),
        fixes=(fix,) if fix is not None else (),
    )


def _returns(function: ast.FunctionDef) -> ast.List | ast.Tuple | None:
    """Return the list of states that a cell returns."""
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            last = node.value.elts[-1]
            return last if isinstance(last, ast.List | ast.Tuple) else None
    return None


def _count(
    case: Case,
    cell: Any,
    file: SourceFile,
    function: ast.FunctionDef,
    sizes: list[int],
    made: list[Shape | None],
) -> Diagnosis:
    returned = _returns(function)
    line = returned.lineno if returned is not None else function.lineno
    place = Place(file.path, line)
    fixes = tuple(_count_fixes(file, function, returned, len(sizes)))
    shapes = ", ".join(shape(each) for each in made) or "none"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{class_name(cell)}.call{at(case, place)} returns {len(made)} of its states ({shapes}), "
        f"and state_size={cell.state_size} says that it has {len(sizes)}.\n"
        "A cell returns (output, states) with as many states, of the same sizes and in the same "
        "order, as it was given: they are the states of the next step.",
        places=distinct([place, _state_size_at(file, function)]),
        layer=cell.name,
        evidence=(
            Evidence("value", f"state_size = {cell.state_size}", _state_size_at(file, function)),
            Evidence("shape", f"{label(cell)} returned states {shapes}", place),
        ),
        fixes=fixes,
    )


def _count_fixes(
    file: SourceFile,
    function: ast.FunctionDef,
    returned: ast.List | ast.Tuple | None,
    needed: int,
) -> Iterator[Fix]:
    names = _unpacked(function)
    if returned is None or len(names) != needed:
        return
    texts = [file.segment(each) for each in returned.elts]
    if len(texts) < needed:
        texts += [name for name in names if name not in texts][: needed - len(texts)]
    else:
        texts = texts[:needed]
    fix = make_fix(
        Editor(file).replace(returned, f"[{', '.join(texts)}]"),
        f"Return all states: [{', '.join(texts)}]", repair_class=RepairClass.A, likelihood=0.9,
    )  # fmt: skip
    if fix is not None and len(texts) == needed:
        yield fix


def _unpacked(function: ast.FunctionDef) -> list[str]:
    """Return the names that `a, b = states` gives to the states."""
    names = [each.arg for each in function.args.args]
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Name)
            and node.value.id in names[2:3]
            and isinstance(node.targets[0], ast.Tuple | ast.List)
        ):
            return [each.id for each in node.targets[0].elts if isinstance(each, ast.Name)]
    return []


def _state_size_at(file: SourceFile, function: ast.FunctionDef) -> Place | None:
    cls = file.class_of(function)
    for node in ast.walk(cls) if cls else ():
        if isinstance(node, ast.Attribute) and node.attr == "state_size":
            return Place(file.path, node.lineno)
        if isinstance(node, ast.FunctionDef) and node.name == "state_size":
            return Place(file.path, node.lineno)
    return None


def _size(
    case: Case,
    cell: Any,
    file: SourceFile,
    function: ast.FunctionDef,
    sizes: list[int],
    made: list[Shape | None],
) -> Iterator[Diagnosis]:
    for index, (size, found) in enumerate(zip(sizes, made, strict=True)):
        if found is None or found[-1] in (None, size):
            continue
        place = _state_size_at(file, function) or Place(file.path, function.lineno)
        yield Diagnosis(
            ID,
            Severity.ERROR,
            0.93,
            f"{class_name(cell)} says state_size={cell.state_size}{at(case, place)}, and its call "
            f"returns the state {shape(found)}: {found[-1]} versus {size}.\n"
            "The states that a cell returns must have the sizes that state_size says: they are "
            "the states of the next step.",
            places=distinct([place, Place(file.path, function.lineno)]),
            layer=cell.name,
            evidence=(Evidence("shape", f"state {index}: {shape(found)}, state_size {size}"),),
            fixes=tuple(_size_fixes(cell, file, place, size, found[-1])),
        )
        return


def _size_fixes(
    cell: Any, file: SourceFile, place: Place, size: int, wanted: int | None
) -> Iterator[Fix]:
    statement = file.statement_on(place.line)
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Assign | ast.Return) or wanted is None:
        return
    names = [
        f"self.{name}" for name, held in vars(cell).items()
        if type(held) is int and held == wanted and name not in {"state_size", "output_size"}
    ]  # fmt: skip
    entry = value.elts[0] if isinstance(value, ast.List | ast.Tuple) and value.elts else value
    for text in [*names[:1], str(wanted)]:
        if isinstance(entry, ast.expr):
            fix = make_fix(
                Editor(file).replace(entry, text),
                f"Let state_size be {text}, not {size}", likelihood=0.85,
            )  # fmt: skip
            if fix is not None:
                yield fix
