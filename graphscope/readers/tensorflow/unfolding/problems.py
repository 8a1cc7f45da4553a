"""What is broken or left out in a graph, in words, with the step where it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graphscope.readers.tensorflow.definitions import NodeDef
from graphscope.readers.tensorflow.unfolding.order import NEXT, find_entangled, find_ring
from graphscope.readers.tensorflow.unfolding.program import Step
from graphscope.readers.tensorflow.unfolding.references import referred_node
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

    def check(self, nodes: Sequence[NodeDef], live: Collection[str]) -> None:
        """Tell what is wrong with a graph as a whole, and how much of it is left out.

        Args:
            nodes: all its operations, in the order of the file.
            live: names of those that are shown.
        """
        names = Counter(node.name for node in nodes)
        double = [name for name, count in names.items() if count > 1]
        more = f" and {len(double) - 1:,} more" if len(double) > 1 else ""
        if double:
            self._found.append(
                Problem(
                    "duplicate-name",
                    f"Several operations have the same name ({quote(double[0])}{more}); of each "
                    "name the first is shown. TensorFlow would refuse this graph.",
                )
            )
        for node in nodes:
            missing = (text for text in node.inputs if referred_node(text) not in names)
            if node.name not in live:
                for text in missing:
                    self.dangling(text, node.name)
        hidden = {node.name: node for node in nodes if node.name not in live}
        entangled = find_entangled(hidden)
        if entangled:
            self._add_ring(entangled, hidden)
        left = len(hidden)
        if left:
            subject, why = "1 operation is", "it"
            if left > 1:
                subject = f"{left:,} operations are"
                why = "them: they save, restore or initialize, or belong to another entry point"
            self._found.append(
                Problem(
                    "operations-hidden",
                    f"{subject} not shown, as no result depends on {why}.",
                )
            )

    def ring(self, step: Step, producer: Step, nodes: Mapping[str, NodeDef]) -> None:
        """Tell that a step needs a result that depends on it, unless a loop is made that way."""
        if producer.node.op in NEXT:
            return
        self._add_ring(step.node.name, nodes, step)

    def _add_ring(self, name: str, nodes: Mapping[str, NodeDef], step: Step | None = None) -> None:
        if not self._counts_another("cycle"):
            return
        ring = find_ring(nodes, name)
        shown = " → ".join(quote(each, 40) for each in ring[:_MAX_RING])
        rest = f" → … ({len(ring):,} in all)" if len(ring) > _MAX_RING else ""
        self._found.append(
            Problem(
                "cycle",
                f"{quote(name)} needs a result that depends on it: {shown}{rest}. TensorFlow could "
                "not run this graph.",
                step,
            )
        )

    def dangling(self, reference: str, taker: str, step: Step | None = None) -> None:
        """Tell that a reference means nothing in the file.

        Args:
            reference: what is not there.
            taker: name of the operation that takes it; empty for a result.
            step: where it shows.
        """
        if self._counts_another("dangling-input"):
            subject = f"Operation {quote(taker)} takes" if taker else "A result is"
            self._found.append(
                Problem(
                    "dangling-input",
                    f"{subject} {quote(reference)}, which the file does not define.",
                    step,
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
