"""Where the symbolic graph of a model is cut."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.facts.tensors import is_model
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.facts.wiring import (
    operation_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Where the graph is cut: an output, the inputs given and those missing."""

    call: UserCall
    inputs: list[Any]
    outputs: list[Any]
    output: Any
    missing: list[Any]

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables in sight where the model is made."""
        return {**self.call.frame.globals, **self.call.frame.locals}

    def name(self, tensor: Any) -> str | None:
        """Return how the user can write a tensor at that place."""
        for name, value in self.variables.items():
            if value is tensor:
                return name
        for name, value in self.variables.items():
            if is_model(value):
                inputs = getattr(value, "_inputs", None) or []
                for index, each in enumerate(inputs):
                    if each is tensor:
                        return f"{name}.inputs[{index}]"
        return None

    def title(self, tensor: Any) -> str:
        """Return a tensor's name for messages."""
        operation = operation_of(tensor)
        return self.name(tensor) or str(getattr(operation, "name", "an Input"))


def inputs_node(call: UserCall) -> ast.expr | None:
    """Return the expression of the model's inputs."""
    given = [keyword.value for keyword in call.node.keywords if keyword.arg == "inputs"]
    return next(iter([*given, *call.node.args[:1]]), None)


def outputs_node(call: UserCall) -> ast.expr | None:
    """Return the expression of the model's outputs."""
    given = [keyword.value for keyword in call.node.keywords if keyword.arg == "outputs"]
    has_inputs = any(keyword.arg == "inputs" for keyword in call.node.keywords)
    rest = call.node.args[:1] if has_inputs else call.node.args[1:2]
    return next(iter([*given, *rest]), None)


def title_of(tensor: Any) -> str:
    """Return the class and name of what made a tensor."""
    operation = operation_of(tensor)
    return f"{type(operation).__name__} '{operation.name}'" if operation else "a tensor"
