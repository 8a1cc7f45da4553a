"""Layers were applied, and no model takes what they made: the result got lost on the way."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.checks._reaching import ancestors
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.checks._unused_names import UnusedName, reads_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct, label

ID = "left-out-of-model"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for layers whose results no model has, assigned to a name that nothing reads."""
    if not trainings(case):
        return
    kept = _in_models(case)
    if not kept:
        return
    lost = [each for each in case.recording.calls if _is_lost(each, kept)]
    ends = [each for each in lost if not _goes_on(each, lost)]
    told: set[tuple[str, int]] = set()
    for call in ends:
        unused = _assigned(case, call)
        if unused is None or (key := (unused.file.path, unused.bound.lineno)) in told:
            continue
        found = _instead(unused)
        if found is not None:
            told.add(key)
            yield _tell(case, unused, call, _behind(call, lost), *found)


def _assigned(case: Case, call: CallRecord) -> UnusedName | None:
    """Return the name that got what a call made, when nothing reads it afterwards."""
    if not call.site or (found := case.program.node(call.site[0])) is None:
        return None
    file, node = found
    statement = file.statement_of(node)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target, function = statement.targets[0], file.function_of(statement)
    if not isinstance(target, ast.Name) or not isinstance(function, ast.FunctionDef):
        return None
    if any(isinstance(each, ast.For | ast.While) for each in file.ancestors(statement)):
        reads = reads_of(function, target.id)
    else:
        reads = [e for e in reads_of(function, target.id) if e.lineno > statement.lineno]
    if reads:
        return None
    return UnusedName(file, function, target.id, statement, call.site[0])


def _in_models(case: Case) -> set[int]:
    """Return the symbolic tensors that some model was made of."""
    found: set[int] = set()
    for creation in case.recording.creations:
        outputs = getattr(creation.instance, "outputs", None)
        if isinstance(outputs, list) and outputs and hasattr(outputs[0], "_keras_history"):
            found |= set(ancestors(outputs))
    return found


def _is_lost(call: CallRecord, kept: set[int]) -> bool:
    """Whether a layer was applied to symbolic tensors, and no model has what it made."""
    return (
        call.is_layer
        and call.parent is None
        and call.error is None
        and bool(call.inputs)
        and bool(call.outputs)
        and all(hasattr(each, "_keras_history") for each in call.outputs)
        and not any(id(each) in kept for each in call.outputs)
    )


def _goes_on(call: CallRecord, lost: list[CallRecord]) -> bool:
    made = {id(each) for each in call.outputs}
    return any(id(given) in made for each in lost for given in each.inputs)


def _behind(call: CallRecord, lost: list[CallRecord]) -> list[CallRecord]:
    """Return the lost calls that a lost result was computed by, first ones first."""
    found, left = [call], [call]
    while left:
        given = {id(each) for each in left.pop().inputs}
        for each in lost:
            if each not in found and any(id(made) in given for made in each.outputs):
                found.append(each)
                left.append(each)
    return found[::-1]


def _instead(unused: UnusedName) -> tuple[ast.Name, str] | None:
    """Return the return value that stands in the place of the unread name, with its name."""
    if unused.is_parameter or not isinstance(unused.bound, ast.Assign):
        return None
    read = {
        node.id
        for node in ast.walk(unused.bound.value)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for node in ast.walk(unused.function or unused.file.tree):
        if isinstance(node, ast.Return) and node.lineno > unused.bound.lineno:
            value = node.value
            names = value.elts if isinstance(value, ast.Tuple) else [value]
            for each in names:
                if isinstance(each, ast.Name) and (each.id in read or _chained(unused, each.id)):
                    return each, each.id
    return None


def _chained(unused: UnusedName, name: str) -> bool:
    """Whether a name is what the unread one was computed from, over several statements."""
    body = unused.function or unused.file.tree
    known, grown = {unused.name}, True
    while grown:
        grown = False
        for node in ast.walk(body):
            if not isinstance(node, ast.Assign):
                continue
            targets = {each.id for each in node.targets if isinstance(each, ast.Name)}
            if targets & known:
                read = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
                grown = grown or not read <= known
                known |= read
    return name in known


def _tell(
    case: Case, unused: UnusedName, call: CallRecord, lost: list[CallRecord],
    returned: ast.Name, name: str,
) -> Diagnosis:  # fmt: skip
    file: SourceFile = unused.file
    place, made = Place(file.path, returned.lineno), Place(file.path, unused.bound.lineno)
    function = getattr(unused.function, "name", "the function")
    names = ", ".join(each.name for each in lost[:6])
    fix = _fix(unused, returned)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{function} returns {name} instead of {unused.name}, at "
        f"{case.program.relative(file.path)}:{returned.lineno}: what {label(call.operation)} made, "
        f"{unused.name}, is never used (line {unused.bound.lineno}).\n"
        f"So {names} are built but not in the model: their results are not used, and their weights "
        f"are not trained.\nreturn {unused.name}.",
        places=distinct([place, made]),
        layer=call.name,
        evidence=(
            Evidence("code", file.line_text(returned.lineno).strip(), place),
            Evidence("code", file.line_text(unused.bound.lineno).strip(), made),
            Evidence("note", f"{names}: not in the model"),
        ),
        fixes=(fix,) if fix is not None else (),
    )


def _fix(unused: UnusedName, returned: ast.Name) -> Fix | None:
    return make_fix(
        Editor(unused.file).replace(returned, unused.name),
        f"Return {unused.name} instead of {returned.id}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
