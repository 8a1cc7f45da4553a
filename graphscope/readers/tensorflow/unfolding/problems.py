"""What is broken or left out in a graph, in words, with the step where it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphscope.readers.tensorflow.definitions import NodeDef
from graphscope.readers.tensorflow.unfolding.order import NEXT, find_ring
from graphscope.readers.tensorflow.unfolding.program import Step
from graphscope.readers.text import quote

MAX_LISTED = 10
"""How many problems of one kind are told one by one."""
_MAX_RING = 4

_MORE = {
    "cycle": "{:,} more operations need results that come later.",
    "dangling-input": "{:,} more inputs name operations that the file does not define.",
    "function-missing": "{:,} more calls name functions that the file does not define.",
    "function-recursive": "{:,} more calls are recursive.",
    "function-closed": "{:,} more calls are not opened.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is broken or left out.

    Attributes:
        code: the code of its note.
        message: a sentence.
        step: where it shows; None for the whole graph.
    """

    code: str
    message: str
    step: Step | None = None


class Problems:
    """Collects problems, each kind up to a number."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._counts: dict[str, int] = {}

    def listed(self) -> list[Problem]:
        """Return the problems, those too many to be told one by one as numbers."""
        more = [
            Problem(code, _MORE[code].format(count - MAX_LISTED))
            for code, count in self._counts.items()
            if count > MAX_LISTED
        ]
        return [*self._found, *more]

    def ring(self, step: Step, producer: Step, nodes: Mapping[str, NodeDef]) -> None:
        """Tell that a step needs a result that depends on it, unless a loop is made that way."""
        if producer.node.op in NEXT:
            return
        if not self._counts_another("cycle"):
            return
        ring = find_ring(nodes, step.node.name)
        shown = " → ".join(quote(name, 40) for name in ring[:_MAX_RING])
        rest = f" → … ({len(ring):,} in all)" if len(ring) > _MAX_RING else ""
        self._found.append(
            Problem(
                "cycle",
                f"{quote(step.node.name)} needs the result of {quote(producer.node.name)}, which "
                f"itself depends on it: {shown}{rest}. TensorFlow could not run this graph.",
                step,
            )
        )

    def dangling(self, reference: str, taker: Step | None) -> None:
        """Tell that a reference means nothing in the file."""
        if self._counts_another("dangling-input"):
            subject = "A result" if taker is None else f"Operation {quote(taker.node.name)}"
            self._found.append(
                Problem(
                    "dangling-input",
                    f"{subject} takes {quote(reference)}, which the file does not define.",
                    taker,
                )
            )

    def closed(self, step: Step, missing: Sequence[str], recursive: Sequence[str]) -> None:
        """Tell why a call was not opened."""
        name = quote(step.node.name)
        if missing:
            code = "function-missing"
            message = f"{name} calls {quote(missing[0])}, which the file does not define."
        elif recursive:
            code = "function-recursive"
            message = f"{name} calls {quote(recursive[0])} from within it; it is opened once."
        else:
            code = "function-closed"
            message = (
                f"{name} is not opened: with all calls opened the graph would be too large to show."
            )
        if self._counts_another(code):
            self._found.append(Problem(code, message, step))

    def _counts_another(self, code: str) -> bool:
        self._counts[code] = self._counts.get(code, 0) + 1
        return self._counts[code] <= MAX_LISTED
