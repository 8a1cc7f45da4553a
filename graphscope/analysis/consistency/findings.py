"""What the consistency check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """A place where the two projections contradict each other."""

    code: str
    """What kind of contradiction it is: `hidden flow`, `foreign result`, `missing edge`,
    `extra edge`, `missing operand`, `unowned operation`, `unknown tensor`, `no mask`,
    `contested port`, `circle`, `vain operation`, `misplaced weight`, `impossible spec`,
    `cut in a loop`, `extra in a loop`, `wrong trip count`, `wrong branch` or `other work`."""
    message: str
    subject: str
    """Id of the node or scope at fault."""


@dataclass(frozen=True, slots=True)
class UnusedArgument:
    """A tensor that a call takes and that nothing inside it consumes: legal, often a mistake."""

    scope: str
    node: str
    output: int

    def __str__(self) -> str:
        return f"{self.scope!r} takes output {self.output} of {self.node!r} and does not use it."


@dataclass(frozen=True, slots=True)
class Consistency:
    """Whether the computation graph folds to the data-flow graph that was recorded at the calls."""

    explicit_edges: int
    """Edges between calls whose tensor every call on the way returned and took."""
    implicit_edges: int
    """Edges between calls that are allowed not to: masks, states, flagged side channels."""
    violations: tuple[Violation, ...]
    unused: tuple[UnusedArgument, ...]

    @property
    def ok(self) -> bool:
        """Whether there are no violations."""
        return not self.violations

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON values; violations and unused arguments as sentences."""
        return {
            "ok": self.ok,
            "explicit_edges": self.explicit_edges,
            "implicit_edges": self.implicit_edges,
            "violations": [violation.message for violation in self.violations],
            "unused_arguments": [str(argument) for argument in self.unused],
        }
