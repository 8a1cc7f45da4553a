"""A constructor of Keras refuses the value of one of its arguments."""

from __future__ import annotations

import ast
import difflib
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import flat
from graphscope.doctor.facts.tensors import is_layer, is_tensor
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.origins import Origin, as_evidence, trace_value
from graphscope.doctor.records import Failure
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "bad-argument-value"

QUOTED = re.compile(r"['\"]([\w-]+)['\"]")
PLAIN = (str, int, float, bool, tuple, list, type(None))


@dataclass(frozen=True, slots=True, eq=False)
class _Refused:
    """An argument whose value was refused."""

    name: str
    value: Any
    call: UserCall
    node: ast.expr
    function: type
    allowed: tuple[str, ...]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the argument that the message is about, and where its value was written."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, ValueError | TypeError):
        return
    made = _made(case)
    if made is None or _is_identifier(failure):
        return
    function, arguments = made
    for name in _mentioned(arguments, failure.message):
        # Numbers that only a call refuses are a matter of the shapes that meet there.
        if failure.creating is None and not isinstance(arguments[name], str):
            continue
        found = _refused(case, function, name, arguments[name])
        if found is not None:
            yield _tell(found)
            return


def _is_identifier(failure: Failure) -> bool:
    """Whether a name of a function was not known, which is another rule's subject."""
    frames = failure.keras_frames[:2]
    return any(name == "get" and "identifier" in dict(held) for name, _, _, held in frames)


def _made(case: Case) -> tuple[type, Mapping[str, Any]] | None:
    """Return the class of the layer that refused, and the arguments it was made with."""
    failure = case.failure
    assert failure is not None
    if failure.creating is not None:
        function, args, kwargs = failure.creating
    elif failure.layer_call is not None and failure.stage in {"construct", "call"}:
        # What a constructor lets pass may be refused when the layer is called.
        creation = case.recording.creation_of(failure.layer_call.operation)
        if creation is None:
            return None
        function, args, kwargs = type(creation.instance), creation.args, creation.kwargs
    else:
        return None
    if not function.__module__.startswith("keras."):
        return None
    try:
        bound = inspect.signature(function).bind_partial(*args, **kwargs)
    except TypeError:
        return None
    return function, bound.arguments


def _mentioned(arguments: Mapping[str, Any], message: str) -> list[str]:
    """Return the arguments that a message names together with their values, first named first."""
    found = []
    for name, value in arguments.items():
        words = re.escape(name).replace("_", "[_ ]")
        named = re.search(rf"(?<![\w.]){words}\b", message, re.IGNORECASE)
        if named is None or any(is_layer(each) or is_tensor(each) for each in flat(value)):
            continue
        shown = str(value).lower().strip()
        if isinstance(value, PLAIN) and shown in message.lower():
            found.append((named.start(), name))
    return [name for _, name in sorted(found)]


def _refused(case: Case, function: type, name: str, value: Any) -> _Refused | None:
    for call in [*user_calls(case), *_making_calls(case, function)]:
        if call.name != function.__name__ and call.function is not function:
            continue
        node = find_argument(call.node, function, name)
        if node is None:
            continue
        allowed = _allowed(case, value) if isinstance(value, str) else ()
        return _Refused(name, value, call, node, function, allowed)
    return None


def _making_calls(case: Case, function: type) -> Iterator[UserCall]:
    failure = case.failure
    operation = failure.layer_call.operation if failure and failure.layer_call else None
    creation = case.recording.creation_of(operation) if operation is not None else None
    if creation is not None and creation.site:
        found = case.program.call(creation.site[0])
        if found is not None:
            yield UserCall(case, creation.site[0], *found, function)


def _allowed(case: Case, value: str) -> tuple[str, ...]:
    """Return the texts that would have been right: from Keras's own variables, or its message."""
    failure = case.failure
    assert failure is not None
    for _, _, _, variables in failure.keras_frames[:2]:
        for name, held in dict(variables).items():
            if re.search(r"allowed|valid|supported|choices", name) and _is_texts(held):
                return tuple(sorted(held))
    found = [each for each in QUOTED.findall(failure.message) if each.lower() != value.lower()]
    return tuple(dict.fromkeys(found))


def _is_texts(held: Any) -> bool:
    return (
        isinstance(held, set | frozenset | tuple | list)
        and bool(held)
        and all(isinstance(each, str) for each in held)
    )


def _tell(refused: _Refused) -> Diagnosis:
    call, case = refused.call, refused.call.case
    failure = case.failure
    assert failure is not None
    origin = trace_value(case, refused.node, call.frame)
    used = Place(call.file.path, refused.node.lineno)
    line = _line(case, origin, used)
    title = refused.function.__name__
    allowed = f" Allowed: {', '.join(map(repr, refused.allowed))}." if refused.allowed else ""
    fixes = tuple(_fixes(refused, origin))
    advice = f" {fixes[0].title}." if fixes else ""
    said = " ".join(failure.message.split())[:300]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.85,
        f"{title}{at(case, used)} does not accept {refused.name}={refused.value!r}: "
        f"`{call.file.line_text(used.line)}`.\n{said}\n"
        f"Received {refused.name}={refused.value!r}.{allowed}{advice}",
        places=distinct([line, used]),
        layer=title,
        evidence=(
            code(case, line),
            Evidence("value", f"{refused.name}={refused.value!r}", used),
            *as_evidence(case, origin),
        ),
        fixes=fixes,
    )


def _line(case: Case, origin: Origin, used: Place) -> Place:
    """Return where the value is written, when that is a plain value of the program's own."""
    end = origin.end
    is_written = end.kind in {"literal", "arithmetic"} and end.place is not None
    if is_written and end.place and case.program.is_own(end.place.file):
        return end.place
    return used


def _fixes(refused: _Refused, origin: Origin) -> Iterator[Fix]:
    divided = _division(refused.call.case, origin)
    if isinstance(refused.value, float) and refused.value.is_integer() and divided is not None:
        yield from _whole(*divided)
        return
    end = origin.end
    own = end.file is not None and refused.call.case.program.is_own(end.file.path)
    is_literal = own and isinstance(end.node, ast.Constant | ast.UnaryOp | ast.Tuple)
    file: SourceFile = end.file if is_literal and end.file else refused.call.file
    node: ast.expr = end.node if is_literal else refused.node  # type: ignore[assignment]
    for rank, text in enumerate(_better(refused, file.segment(node))):
        fix = make_fix(
            Editor(file).replace(node, text),
            f"Give {refused.name}={text}",
            repair_class=RepairClass.A if rank == 0 and refused.allowed else RepairClass.B,
            likelihood=0.85 - 0.2 * rank,
        )
        if fix is not None:
            yield fix


def _division(case: Case, origin: Origin) -> tuple[SourceFile, ast.BinOp] | None:
    for step in origin.walk():
        is_division = isinstance(step.node, ast.BinOp) and isinstance(step.node.op, ast.Div)
        if is_division and step.file is not None and case.program.is_own(step.file.path):
            assert isinstance(step.node, ast.BinOp)
            return step.file, step.node
    return None


def _whole(file: SourceFile, node: ast.BinOp) -> Iterator[Fix]:
    """Make a division give a whole number."""
    left, right = file.segment(node.left), file.segment(node.right)
    fix = make_fix(
        Editor(file).replace(node, f"{left} // {right}"),
        f"Divide without a remainder, which gives an integer: {left} // {right}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix


def _better(refused: _Refused, text: str) -> list[str]:
    value = refused.value
    if isinstance(value, str):
        return _texts(refused, text, value)
    if isinstance(value, float) and value.is_integer():
        return [str(int(value))]
    if type(value) is int and (nearest := _multiples(refused, value)):
        return nearest
    if type(value) is int and refused.name.endswith("rate"):
        return [str(value / 100)] if 1 < value <= 100 else ["0.5"]
    if isinstance(value, tuple | list) and len(value) > 1:
        return [repr(tuple(value[:2])), repr(value[0])] if len(value) > 2 else [repr(value[0])]
    return []


def _multiples(refused: _Refused, value: int) -> list[str]:
    """Return the nearest multiples of another argument, where the message asks for one."""
    failure = refused.call.case.failure
    if failure is None or "divisible" not in failure.message or failure.creating is None:
        return []
    for name, node in refused.call.arguments():
        other = refused.call.value(node)
        if name != refused.name and type(other) is int and other > 1 and name in failure.message:
            down, up = value // other * other, -(-value // other) * other
            return [str(each) for each in (up, down) if each > 0 and each != value]
    return []


def _texts(refused: _Refused, text: str, value: str) -> list[str]:
    if value.strip().lstrip("-").isdigit() and not refused.allowed:
        return [value.strip()]
    quote = text[:1] if text[:1] in {"'", '"'} else '"'
    lower = {each.lower(): each for each in refused.allowed}
    close = difflib.get_close_matches(value.lower(), list(lower), 3, 0.4)
    names = list(dict.fromkeys([*(lower[each] for each in close), *refused.allowed]))
    return [f"{quote}{each}{quote}" for each in names[:3]]
