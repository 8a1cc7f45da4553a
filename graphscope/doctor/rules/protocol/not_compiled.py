"""fit is called on a model without compile, or compile was given no loss."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.training import boundary_call, compile_of, fitting_losses
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code, distinct

ID = "not-compiled"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for Keras's checks of compile and of the loss."""
    failure = case.failure
    if failure is None or failure.boundary is None:
        return
    innermost = [name.rpartition(".")[2] for name, _, _, _ in failure.keras_frames[:2]]
    call = boundary_call(case, failure.boundary)
    if call is None:
        return
    if "_assert_compile_called" in innermost:
        yield _without_compile(call)
    elif innermost[:1] in (["compute_loss"], ["_compute_loss"]):
        compiled = compile_of(case, failure.boundary.model)
        made = boundary_call(case, compiled)
        if compiled is not None and made is not None and not compiled.arguments.get("loss"):
            yield _without_loss(case, made, call)


def _without_compile(call: UserCall) -> Diagnosis:
    case = call.case
    boundary = case.failure.boundary if case.failure else None
    model = boundary.model if boundary else None
    owner = call.file.segment(call.node.func).rpartition(".")[0]
    fixes = []
    for rank, loss in enumerate(fitting_losses(boundary, model)):
        text = f'{owner}.compile(optimizer="adam", loss="{loss}")'
        editor = Editor(call.file).insert_before(call.file.statement_of(call.node), text)
        fix = make_fix(
            editor,
            f"Compile the model first: {text}",
            repair_class=RepairClass.B,
            likelihood=0.85 - 0.3 * rank,
        )
        fixes += [fix] if fix else []
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{owner}.{call.name}{at(case, call.place)} is called, and {owner} was never compiled.\n"
        f"compile tells the model its optimizer, loss and metrics; {call.name} needs them.\n"
        f"Call {owner}.compile(optimizer=..., loss=...) before {call.name}.",
        places=(call.place,),
        layer=getattr(model, "name", None),
        evidence=(
            code(case, call.place),
            Evidence("note", f"no compile of {owner} before line {call.place.line}"),
        ),
        fixes=tuple(fixes),
    )


def _without_loss(case: Case, made: UserCall, fit: UserCall) -> Diagnosis:
    boundary = case.failure.boundary if case.failure else None
    model = boundary.model if boundary else None
    losses = fitting_losses(boundary, model)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"compile{at(case, made.place)} is given no loss, and fit{at(case, fit.place)} has nothing "
        f"to minimise.\n"
        f"Received loss=None; needed a loss that compares the targets with the output.\n"
        f'Give one: compile(..., loss="{losses[0]}").',
        places=distinct([made.place, fit.place]),
        layer=None,
        evidence=(code(case, made.place), code(case, fit.place)),
        fixes=tuple(_with_loss(made, losses)),
    )


def _with_loss(made: UserCall, losses: list[str]) -> Iterator[Fix]:
    for rank, loss in enumerate(losses):
        editor = Editor(made.file).set_keyword(made.node, "loss", f'"{loss}"')
        fix = make_fix(
            editor,
            f'Give compile loss="{loss}"',
            repair_class=RepairClass.B,
            likelihood=0.85 - 0.3 * rank,
        )
        if fix is not None:
            yield fix
