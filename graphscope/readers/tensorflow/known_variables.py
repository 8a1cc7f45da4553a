"""What a file tells of variables beside the operations that stand for them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from graphscope.readers.tensorflow.saved.objects import SavedVariable
from graphscope.readers.tensorflow.unfolding.program import Variable

_GENERATOR = "seed_generator_state"
"""Keras's random generators keep their state in a variable of this name; no layer owns it as a
weight."""

_NEVER_TRAINED = ("moving_mean", "moving_variance", "global_step")


@dataclass(frozen=True, slots=True)
class VariableFacts:
    """What is known of one variable.

    Attributes:
        trainable: whether training changes it.
        is_weight: whether a layer owns it.
        key: what the stored weights call it; empty where its own name is all that is known.
    """

    trainable: bool = True
    is_weight: bool = True
    key: str = ""


@dataclass(slots=True)
class KnownVariables:
    """The variables of a file.

    Attributes:
        by_handle: those of the object tree, by the operations that stand for them.
        captured: those that a function takes, where no operation stands for them.
        saved: all variables of the model in the object tree, in its order.
        facts: what is known of each; filled by `complete`.
        trained: names of those that training changes; None where the file does not list them.
    """

    by_handle: Mapping[str, SavedVariable] = field(default_factory=dict)
    captured: dict[Variable, SavedVariable] = field(default_factory=dict)
    saved: Iterable[SavedVariable] = ()
    facts: dict[Variable, VariableFacts] = field(default_factory=dict)
    trained: Container[str] | None = None

    def complete(
        self, met: Iterable[Variable], of_training: Container[Variable] = ()
    ) -> list[Variable]:
        """Return all variables in the order of the file, those included that are never read.

        Args:
            met: variables of the graph that is shown; they get the names of the object tree.
            of_training: those of them that only the optimizer keeps.
        """
        found: dict[SavedVariable, Variable] = {}
        rest: list[Variable] = []
        for variable in met:
            saved = self._find(variable)
            if saved is None or saved in found:
                rest.append(variable)
                self.facts[variable] = self._guess(variable, is_kept=variable in of_training)
                continue
            variable.name, found[saved] = saved.name or variable.name, variable
            self.facts[variable] = _describe(saved)
        ordered = []
        same = {(each.name, each.shape) for each in (*found.values(), *rest)}
        for saved in self.saved:
            if saved in found:
                ordered.append(found[saved])
            # An exported archive holds copies of all variables beside those that it reads.
            elif (saved.name, saved.shape) not in same:
                variable = Variable(saved.name, saved.shape, saved.dtype)
                self.facts[variable] = _describe(saved)
                same.add((saved.name, saved.shape))
                ordered.append(variable)
        return list(dict.fromkeys([*ordered, *found.values(), *rest]))

    def _guess(self, variable: Variable, *, is_kept: bool) -> VariableFacts:
        is_weight = _is_weight(variable.name) and not is_kept
        if self.trained is not None:
            return VariableFacts(variable.name in self.trained, is_weight)
        trainable = not variable.name.endswith(_NEVER_TRAINED)
        real = variable.dtype.startswith(("float", "bfloat", "complex"))
        return VariableFacts(trainable and real, is_weight)

    def _find(self, variable: Variable) -> SavedVariable | None:
        if variable.definition is None:
            return self.captured.get(variable)
        return self.by_handle.get(variable.definition.name)


def _describe(saved: SavedVariable) -> VariableFacts:
    return VariableFacts(saved.trainable, _is_weight(saved.name), saved.key)


def _is_weight(name: str) -> bool:
    return not name.endswith(_GENERATOR)
