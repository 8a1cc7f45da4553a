"""One array is put into a random order, and the one that belongs to it is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._shuffles import Shuffle, shuffles_in
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile

ID = "shuffled-alone"

_ARRAYS = ast.Name | ast.Attribute


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for an array that gets a new order in its own name, beside one that belongs to it."""
    for file in own_files(case):
        for shuffles in shuffles_in(file):
            changed = [each for each in shuffles if _is_overwritten(each)]
            if len({each.source for each in shuffles}) == 1 and len(changed) == 1:
                partner = _partner(file, changed[0])
                if partner is not None:
                    yield _tell(case, file, changed[0], partner)


def _is_overwritten(shuffle: Shuffle) -> bool:
    # A shuffled array of another name may be meant: negatives, a test of chance.
    return shuffle.kind in ("index", "inplace", "value") and shuffle.source == shuffle.result


def _partner(file: SourceFile, shuffle: Shuffle) -> str | None:
    """Return the other array: one row of it belongs to one of the first, by how both are used."""
    body: ast.AST = file.function_of(shuffle.node) or file.tree
    end = shuffle.statement.end_lineno or shuffle.statement.lineno
    for node in ast.walk(body):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and node.lineno > end:
            for partner in _sliced_alike(node, shuffle.result):
                if _is_older(body, partner, shuffle) and not _is_reordered(body, partner, shuffle):
                    return partner
    return None


def _sliced_alike(statement: ast.stmt, name: str) -> Iterator[str]:
    """Yield arrays that a statement cuts as it cuts another one, or hands over beside it."""
    cuts = [
        (ast.unparse(node.value), ast.unparse(node.slice))
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, _ARRAYS)
        and _is_cut(node.slice)
    ]
    own = {cut for array, cut in cuts if array == name}
    yield from (array for array, cut in cuts if array != name and cut in own)
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = [ast.unparse(each) for each in _flat(node.args) if isinstance(each, _ARRAYS)]
        if called in ("fit", "from_tensor_slices", "train_test_split") and given[:1] == [name]:
            yield from given[1:2]


def _is_cut(index: ast.expr) -> bool:
    """Whether an index cuts rows: a slice of the first axis with a bound."""
    first = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
    return isinstance(first, ast.Slice) and (first.lower is not None or first.upper is not None)


def _flat(nodes: Sequence[ast.expr]) -> Iterator[ast.expr]:
    for node in nodes:
        if isinstance(node, ast.Tuple | ast.List):
            yield from _flat(node.elts)
        else:
            yield node


def _is_older(body: ast.AST, name: str, shuffle: Shuffle) -> bool:
    """Whether an array was there before the new order was drawn, and is none of its making."""
    if isinstance(body, ast.FunctionDef):
        arguments = [*body.args.posonlyargs, *body.args.args, *body.args.kwonlyargs]
        if name in {each.arg for each in arguments}:
            return not list(_stored(body, name))
    lines = list(_stored(body, name))
    return bool(lines) and max(lines) < shuffle.node.lineno


def _stored(body: ast.AST, name: str) -> Iterator[int]:
    """Yield the lines that assign to a name or attribute."""
    for node in ast.walk(body):
        if (
            isinstance(node, _ARRAYS)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node) == name
        ):
            yield node.lineno


def _is_reordered(body: ast.AST, name: str, shuffle: Shuffle) -> bool:
    """Whether the other array is indexed with some order too, or was made from the first."""
    for node in ast.walk(body):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == name:
            names = {each.id for each in ast.walk(node.slice) if isinstance(each, ast.Name)}
            own = shuffle.index.id if isinstance(shuffle.index, ast.Name) else ""
            if own in names or (not isinstance(node.slice, ast.Slice | ast.Tuple) and names):
                return True
    return False


def _tell(case: Case, file: SourceFile, shuffle: Shuffle, partner: str) -> Diagnosis:
    place = Place(file.path, shuffle.node.lineno)
    line = f"{case.program.relative(file.path)}:{shuffle.node.lineno}"
    name, how = shuffle.source, file.line_text(shuffle.node.lineno).strip()
    order = file.segment(shuffle.index) if shuffle.index is not None else "order"
    fix = _fix(file, shuffle, partner)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"{name} is put into a random order at {line} ({how}), {partner} is not: it is used "
        f"without [{order}]. {name} is permuted and {partner} keeps its old order, so the labels "
        "no longer belong to the inputs: the pairs are broken.\n"
        "Nothing fails, but the model learns nothing that holds: accuracy stays at chance.\n"
        f"Index both with the same order: {partner} = {partner}[{order}].",
        places=(place,),
        evidence=(Evidence("code", how, place),),
        fixes=(fix,) if fix is not None else (),
    )


def _fix(file: SourceFile, shuffle: Shuffle, partner: str) -> Fix | None:
    editor, name = Editor(file), shuffle.source
    if isinstance(shuffle.index, ast.Name) and isinstance(shuffle.statement, ast.Assign):
        order = shuffle.index.id
        if shuffle.statement.value is shuffle.node:
            editor.replace(
                shuffle.statement, f"{name}, {partner} = {name}[{order}], {partner}[{order}]"
            )
        else:
            editor.insert_after(shuffle.statement, f"{partner} = {partner}[{order}]")
    elif shuffle.index is not None:
        editor.insert_before(shuffle.statement, f"order = {file.segment(shuffle.index)}")
        editor.replace(shuffle.index, "order")
        editor.insert_after(shuffle.statement, f"{partner} = {partner}[order]")
    elif shuffle.kind == "inplace" and isinstance(shuffle.call.func, ast.Attribute):
        owner = file.segment(shuffle.call.func.value)
        if owner == "random":
            return None
        pad = " " * shuffle.statement.col_offset
        editor.replace(
            shuffle.statement,
            f"order = {owner}.permutation(len({name}))\n"
            f"{pad}{name}, {partner} = {name}[order], {partner}[order]",
        )
    else:
        return None
    return make_fix(
        editor,
        f"Put {partner} into the same order as {name}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
