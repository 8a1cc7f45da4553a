"""What was set into a layer's weights: the arrays, the layer, and the user's call."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.loading import UserCall, keras_locals, user_call
from graphscope.doctor.fixes.placement import creation_call

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What was set: the layer, its weights, the arrays, and the user's call if it is one."""

    layer: Any
    weights: list[Any]
    given: list[Any]
    call: UserCall | None
    is_made: bool = False
    """Whether the call is the one that made the layer, with `weights=[...]`."""

    @property
    def argument(self) -> ast.expr | None:
        """The expression of the arrays."""
        if self.call is None:
            return None
        if self.is_made:
            return next((e.value for e in self.call.node.keywords if e.arg == "weights"), None)
        return self.call.node.args[0] if self.call.node.args else None

    def element(self, index: int) -> ast.expr | None:
        """The expression of an array in `set_weights([a, b])`."""
        argument = self.argument
        if isinstance(argument, ast.List | ast.Tuple) and index < len(argument.elts):
            return argument.elts[index]
        is_assign = self.call is not None and getattr(self.call.node.func, "attr", "") == "assign"
        return argument if is_assign else None


def find_setting(case: Case) -> Setting | None:
    """Return what a failed `set_weights`, `assign` or `weights=` was given."""
    boundary = case.failure.boundary if case.failure else None
    if boundary is not None and boundary.kind == "load_weights":
        return None
    variables = keras_locals(case, "set_weights")
    if variables is not None and hasattr(variables.get("weights"), "__len__"):
        layer = variables["self"]
        call = user_call(case, "set_weights")
        made = None if call else creation_call(case, layer)
        call = UserCall(*made) if made else call
        given = list(variables["weights"])
        return Setting(layer, list(layer.weights), given, call, is_made=made is not None)
    assigned = keras_locals(case, "assign")
    call = user_call(case, "assign")
    if assigned is None or call is None or not hasattr(assigned.get("self"), "path"):
        return None
    variable = assigned["self"]
    owner = _owner(case, variable)
    return Setting(owner, [variable], [assigned.get("value")], call) if owner is not None else None


def _owner(case: Case, variable: Any) -> Any:
    for creation in case.recording.creations:
        held = getattr(creation.instance, "_trainable_variables", None) or ()
        rest = getattr(creation.instance, "_non_trainable_variables", None) or ()
        if any(each is variable for each in (*held, *rest)):
            return creation.instance
    return None


def shape_of_value(value: Any) -> Sizes | None:
    """Return the shape of an array; None for what has none."""
    found = getattr(value, "shape", None)
    return None if found is None else tuple(found)
