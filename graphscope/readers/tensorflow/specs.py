"""Shapes and dtypes of what steps compute."""

from __future__ import annotations

from graphscope.graph import TensorSpec
from graphscope.readers.tensorflow.unfolding.program import Region, Result, Step, walk_steps


class SpecReader:
    """Tells the specs of a step's outputs.

    Args:
        whole: all that happens; outputs that are used exist, whatever the file says of them.
    """

    def __init__(self, whole: Region) -> None:
        self._used: dict[Step, int] = {}
        for step in walk_steps(whole):
            sources = (*step.inputs, *(result for _, result in step.carried))
            for source in sources:
                if isinstance(source, Result):
                    self.use(source)

    def use(self, result: Result) -> None:
        """Note that an output is used."""
        self._used[result.step] = max(self._used.get(result.step, 0), result.output + 1)

    def count(self, step: Step) -> int:
        """Return the number of outputs of a step."""
        facts = step.facts
        return max(len(facts.dtypes), len(facts.shapes), self._used.get(step, 0))

    def read(self, step: Step) -> list[TensorSpec]:
        """Return the specs of a step's outputs."""
        facts = step.facts
        return [
            TensorSpec(
                facts.shapes[index] if index < len(facts.shapes) else None,
                facts.dtypes[index] if index < len(facts.dtypes) else "",
            )
            for index in range(self.count(step))
        ]
