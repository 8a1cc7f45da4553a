"""What folding one graph needs everywhere: signatures, and who reads and makes which tensor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphscope.analysis.folding.parts import Part, join_interfaces
from graphscope.analysis.folding.wiring import Wiring
from graphscope.analysis.signatures import Signer
from graphscope.graph import Port


class Workshop:
    """Makes synthetic parts for one graph.

    Args:
        wiring: what reads what.
        signer: has signed the other parts of the graph.
    """

    def __init__(self, wiring: Wiring, signer: Signer) -> None:
        self._signer = signer
        self._wiring = wiring
        self._readers: dict[int, frozenset[str]] | None = None

    def make_whole(
        self, kind: str, name: str, type_: str, children: Sequence[Part], count: int = 1
    ) -> Part:
        """Return a block or repeat with the children inside."""
        inputs, outputs = join_interfaces(children)
        exact, loose = self._signer.sign_whole(kind, type_, children, outputs)
        return Part(
            subject=None,
            name=name,
            type=type_,
            kind=kind,
            rank=min(part.rank for part in children),
            exact=exact,
            loose=loose,
            inputs=inputs,
            outputs=outputs,
            shape=children[-1].shape,
            made=self.ports_of(outputs),
            leaves=sum(part.leaves for part in children),
            count=count,
            children=list(children),
        )

    def ports_of(self, tensors: Iterable[int]) -> tuple[Port, ...]:
        """Return the ports that make the tensors."""
        return tuple(Port(*self._wiring.tensors[tensor]) for tensor in tensors)

    def maker_of(self, tensor: int) -> str:
        """Return the id of the node that makes a tensor."""
        return self._wiring.tensors[tensor][0]

    def readers_of(self, tensor: int) -> frozenset[str]:
        """Return the ids of the nodes that read a tensor, and `return` if the model returns it."""
        if self._readers is None:
            self._readers = self._collect_readers()
        return self._readers.get(tensor, frozenset())

    def _collect_readers(self) -> dict[int, frozenset[str]]:
        found: dict[int, set[str]] = {}
        for node, slots in self._wiring.slots.items():
            for slot in slots:
                found.setdefault(slot.tensor, set()).add(node)
        for tensor in self._wiring.returned:
            found.setdefault(tensor, set()).add("return")
        return {tensor: frozenset(nodes) for tensor, nodes in found.items()}
