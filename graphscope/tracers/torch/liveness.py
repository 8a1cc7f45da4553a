"""Which operations matter: those that a result of the model or of a call depends on."""

from __future__ import annotations

from collections.abc import Iterable

from graphscope.tracers.torch.tape import Block, Body, Operation, Value


def find_live_operations(root: Body, roots: Iterable[Value]) -> tuple[set[Operation], int]:
    """Return the operations worth keeping, and how many were left out.

    Args:
        root: what the model ran.
        roots: values that must stay.
    """
    live: set[Operation] = set()
    entered: set[Block] = set()
    pending = list(roots)
    while pending:
        value = pending.pop()
        if value.stands_for is not None:
            pending.append(value.stands_for)
        operation = value.operation
        if operation is None or operation in live:
            continue
        live.add(operation)
        pending += operation.inputs
        block = operation.block or operation.body.block
        while block is not None and block not in entered:
            entered.add(block)
            pending += (result for _, body in block.bodies for result in body.results)
            block = block.outer.block
    return live, sum(_count(root)) - len(live)


def _count(root: Body) -> Iterable[int]:
    pending = [root]
    while pending:
        for entry in pending.pop().entries:
            if isinstance(entry, Block):
                pending += [body for _, body in entry.bodies]
            else:
                yield 1
