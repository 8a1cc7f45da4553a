"""optimizer.apply is given its gradients and variables in another form than it takes."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.tensors import loaded_keras
from graphscope.doctor.facts.user_call import UserCall, innermost_call
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code

ID = "optimizer-apply"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the arguments of the failing apply or apply_gradients."""
    call = innermost_call(case)
    if call is None or not _is_optimizer(call.owner) or case.failure is None:
        return
    given = [call.value(node) for node in call.node.args]
    frames = [dict(held) for name, _, _, held in case.failure.keras_frames if "apply" in name]
    first = frames[0].get("grads", frames[0].get("grads_and_vars")) if frames else None
    text = call.file.segment(call.node.func)
    if call.name == "apply" and isinstance(first, zip):
        new = text.removesuffix("apply") + "apply_gradients"
        editor = Editor(call.file).replace(call.node.func, new)
        yield _tell(
            call,
            "apply takes two lists, gradients and variables, and received one zip of pairs",
            f"Use {new}(zip(...)), which takes pairs",
            editor,
        )
    elif call.name == "apply_gradients" and len(call.node.args) == 2:
        new = text.removesuffix("apply_gradients") + "apply"
        editor = Editor(call.file).replace(call.node.func, new)
        yield _tell(
            call,
            "apply_gradients takes one zip of pairs, and received two lists",
            f"Use {new}(gradients, variables)",
            editor,
        )
    elif call.name == "apply" and len(given) == 2 and _are_variables(given[0] or first):
        one, two = call.node.args
        editor = Editor(call.file).swap(one, two)
        yield _tell(
            call,
            "apply takes the gradients first and the variables second, and received "
            "the variables first",
            f"Swap them: {text}({call.file.segment(two)}, {call.file.segment(one)})",
            editor,
        )


def _is_optimizer(thing: object) -> bool:
    keras = loaded_keras()
    return keras is not None and isinstance(thing, keras.Optimizer)


def _are_variables(thing: object) -> bool:
    import keras

    return (
        isinstance(thing, list | tuple)
        and bool(thing)
        and all(isinstance(each, keras.Variable) for each in thing)
    )


def _tell(call: UserCall, why: str, title: str, editor: Editor) -> Diagnosis:
    fix = make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95)
    fixes: tuple[Fix, ...] = (fix,) if fix else ()
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"`{call.file.segment(call.node)}`{at(call.case, call.place)}: {why}.\n{title}.",
        places=(call.place,),
        layer=None,
        evidence=(code(call.case, call.place), Evidence("call", why)),
        fixes=fixes,
    )
