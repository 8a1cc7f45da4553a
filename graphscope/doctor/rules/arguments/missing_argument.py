"""A call of Keras leaves out an argument that has no default."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.signatures import accepted
from graphscope.doctor.facts.user_call import UserCall, innermost_call, required_names
from graphscope.doctor.facts.values import USUAL, sibling_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code

ID = "missing-argument"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the failing call with what the function requires."""
    call = innermost_call(case)
    failure = case.failure
    if call is None or failure is None or not isinstance(failure.exception, TypeError):
        return
    if call.function is UNKNOWN or "required" not in failure.message or not _is_ready(call):
        return
    missing = _missing(call)
    if missing and all(f"'{each}'" in failure.message for each in missing):
        yield _tell(call, missing)


def _is_ready(call: UserCall) -> bool:
    """Whether nothing of the call hides arguments, and it is no method on a class."""
    if any(keyword.arg is None for keyword in call.node.keywords):
        return False
    known = accepted(call.function)
    given = [keyword.arg for keyword in call.node.keywords]
    return not isinstance(call.owner, type) and all(each in known for each in given)


def _missing(call: UserCall) -> list[str]:
    given = {name for name, _ in call.arguments()}
    if "" in given:
        return []
    return [each for each in required_names(call.function) if each not in given]


def _tell(call: UserCall, missing: list[str]) -> Diagnosis:
    case = call.case
    title = getattr(call.function, "__name__", call.name)
    names = ", ".join(missing)
    given = [f"{name}={call.file.segment(node)}" for name, node in call.arguments()]
    siblings = {
        name: found
        for name in missing
        if (found := sibling_value(call, call.function, name)) is not None
    }
    notes = [
        f"Line {line} gives {name}={text} to another {title}."
        for name, (text, line) in siblings.items()
    ]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{title}{at(case, call.place)} needs the argument {names}, and it is not given: "
        f"`{call.file.segment(call.node)}`.\n"
        f"Received: {', '.join(given) or 'nothing'}; needed besides: {names}, which "
        f"{'has' if len(missing) == 1 else 'have'} no default.\n"
        f"Give {names}. {' '.join(notes)}".rstrip(),
        places=(call.place,),
        layer=title if isinstance(call.function, type) else None,
        evidence=(
            code(case, call.place),
            *(Evidence("note", note) for note in notes),
        ),
        fixes=tuple(_fixes(call, missing, {name: text for name, (text, _) in siblings.items()})),
    )


def _fixes(call: UserCall, missing: list[str], siblings: dict[str, str]) -> Iterator[Fix]:
    for source, sure in ((siblings, True), ({**USUAL, **siblings}, False)):
        values = {name: source[name] for name in missing if name in source}
        if len(values) != len(missing) or (not sure and values == siblings):
            continue
        editor = Editor(call.file)
        editor.append_argument(call.node, ", ".join(f"{k}={v}" for k, v in values.items()))
        fix = make_fix(
            editor,
            f"Give {call.name} {', '.join(f'{k}={v}' for k, v in values.items())}"
            + (", as the other one has it" if sure else " (the value is yours to choose)"),
            repair_class=RepairClass.B if sure else RepairClass.C,
            likelihood=0.7 if sure else 0.5,
        )
        if fix is not None:
            yield fix
