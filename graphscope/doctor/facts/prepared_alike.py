"""The odd statement: data of one part is prepared otherwise than the data for training."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from graphscope.doctor.facts.data_steps import DataStep
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.handover import training_of
from graphscope.doctor.facts.looking import MISSING, look, shape_of
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor

_FITTED = {"fit_transform": "transform", "fit_on_texts": "texts_to_sequences"}


_SHAPING = {
    "reshape", "transpose", "expand_dims", "swapaxes", "moveaxis", "resize", "squeeze", "repeat",
    "Reshape", "permute",
}  # fmt: skip
"""Functions whose arguments say what a sample looks like; those of others may count samples."""


def training_part(part: Part) -> Part | None:
    """Return the same input's data at training, where it is known and fits."""
    training = training_of(part.handover)
    found = training.parts if training is not None else []
    same = [each for each in found if _key(each) == _key(part)] or found[:1]
    return next((each for each in same if each.mismatch is None), None)


def _key(part: Part) -> object:
    return part.declared.name if part.declared else part.key


def prepared_alike(part: Part) -> list[Fix]:
    """Return the fixes that prepare the data as the training data was prepared."""
    reference = training_part(part)
    if reference is None:
        return []
    own = [step for step in part.steps if _is_own(part, step)]
    other = [step for step in reference.steps if _is_own(part, step)]
    names = [each.text for each in (part, reference) if each.text.isidentifier()]
    found = [*_fitted_again(own, other), *_other_arguments(own, other)]
    if len(names) == 2:
        found += _left_out(own, other, names[0], names[1])
    return list({fix.edits: fix for fix in found if fix is not None}.values())


def _is_own(part: Part, step: DataStep) -> bool:
    return part.handover.case.program.is_own(step.file.path)


def _calls(steps: list[DataStep]) -> Iterator[tuple[DataStep, ast.Call]]:
    """Yield the calls in the statements of steps, the steps' own ones first."""
    seen: set[int] = set()
    for step in steps:
        for node in ast.walk(step.node):
            if isinstance(node, ast.Call) and id(node) not in seen:
                seen.add(id(node))
                yield step, node


def _fitted_again(own: list[DataStep], other: list[DataStep]) -> Iterator[Fix | None]:
    """Yield fixes for what was fitted a second time, on the test data."""
    trained = [call for _, call in _calls(other) if function_name(call) == "fit_transform"]
    for step, call in _calls(own):
        if function_name(call) != "fit_transform" or call in trained or not trained:
            continue
        assert isinstance(call.func, ast.Attribute)
        first = trained[0].func
        fitted = step.file.segment(first.value) if isinstance(first, ast.Attribute) else ""
        yield make_fix(
            Editor(step.file).replace(call.func, f"{fitted}.transform"),
            f"Transform this data with what was fitted on the training data: `{fitted}.transform` "
            f"instead of `{step.file.segment(call.func)}`",
            repair_class=RepairClass.A,
            likelihood=0.95,
        )


def _other_arguments(own: list[DataStep], other: list[DataStep]) -> Iterator[Fix | None]:
    """Yield fixes for calls that get other arguments than for the training data."""
    shared = {id(call) for _, call in _calls(other)}
    for step, call in _calls(own):
        if id(call) in shared or (step.origin is not None and step.origin.is_source):
            continue
        for model_step, model in _calls(other):
            if function_name(call) != function_name(model) or not function_name(call):
                continue
            editor = Editor(step.file)
            changed = _give(editor, call, model_step, model)
            if changed:
                yield make_fix(
                    editor,
                    f"Prepare this data as the training data (line {model.lineno}): give "
                    f"{function_name(call)} {changed}",
                    repair_class=RepairClass.A,
                    likelihood=0.93,
                )
            break


def _give(editor: Editor, call: ast.Call, model_step: DataStep, model: ast.Call) -> str:
    """Give a call the settings of another; return them, or nothing."""
    told: list[str] = []
    source = model_step.file
    if all(_is_setting(each, model_step) for each in [*call.args, *model.args]):
        if function_name(call) not in _SHAPING:
            return ""
        before = [editor.file.segment(each) for each in call.args]
        after = [source.segment(each) for each in model.args]
        if function_name(call) == "reshape" and len(after) > 1:
            after[0] = "-1"
        if before != after:
            return _replace_arguments(editor, call, after)
    else:
        for argument in model.args[len(call.args) :]:
            if not isinstance(argument, ast.Name | ast.Attribute | ast.Constant | ast.Tuple):
                return ""
            text = source.segment(argument)
            editor.append_argument(call, text)
            told.append(text)
    own = {each.arg: each for each in call.keywords}
    for keyword in model.keywords:
        text = source.segment(keyword.value)
        if keyword.arg is None or not _is_setting(keyword.value, model_step):
            continue
        present = own.get(keyword.arg)
        if present is None or editor.file.segment(present.value) != text:
            editor.set_keyword(call, keyword.arg, text)
            told.append(f"{keyword.arg}={text}")
    return ", ".join(told)


def _replace_arguments(editor: Editor, call: ast.Call, after: list[str]) -> str:
    function = editor.file.segment(call.func)
    keywords = [editor.file.segment(each) for each in call.keywords]
    editor.replace(call, f"{function}({', '.join([*after, *keywords])})")
    return ", ".join(after)


def _is_setting(node: ast.expr, step: DataStep) -> bool:
    """Whether an argument is a number, a name of one, or a shape, and not itself data."""
    if isinstance(node, ast.Call | ast.Starred | ast.Subscript):
        return False
    if step.frame is not None:
        value = look(node, step.frame)
        if value is not MISSING:
            return shape_of(value) is None and isinstance(value, int | float | str | tuple | bool)
    return isinstance(node, ast.Constant | ast.Tuple | ast.UnaryOp)


def _left_out(
    own: list[DataStep], other: list[DataStep], target: str, trained: str
) -> Iterator[Fix | None]:
    """Yield fixes that do to this data what was done to the training data only."""
    if not own or target == trained:
        return
    done = {_operation(step.node) for step in own[1:]}
    at = _last_assignment(own, target)
    for step in other:
        if (
            step.assigned != trained
            or _operation(step.node) in done
            or step.file is not own[0].file
        ):
            continue
        text = step.file.segment(step.node)
        pattern = re.compile(rf"\b{re.escape(trained)}\b")
        if not pattern.search(text) or at is None:
            continue
        new = f"{target} = {pattern.sub(target, text)}"
        yield make_fix(
            Editor(step.file).insert_after(at, new),
            f"Do the same as for the training data (line {step.node.lineno}): `{new}`",
            repair_class=RepairClass.A,
            likelihood=0.93,
        )


def _operation(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return function_name(node)
    return type(node).__name__


def _last_assignment(own: list[DataStep], target: str) -> ast.stmt | None:
    """Return the statement that assigned the variable last."""
    for step in own:
        statement = step.statement
        if isinstance(statement, ast.Assign) and target in {
            step.file.segment(node) for part in statement.targets for node in ast.walk(part)
            if isinstance(node, ast.Name | ast.Attribute)
        }:  # fmt: skip
            return statement
    return None
