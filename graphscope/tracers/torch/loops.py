"""The loops and choices of `keras.ops` and of recurrent layers, with each body run once.

On PyTorch, Keras runs them as Python does: a loop trip by trip, of a choice the branch that the
elements ask for. A document of that would repeat a cell a thousand times, and could not be made
without the elements. While a model is traced, what follows takes their place.
"""

from __future__ import annotations

import functools
import importlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import torch
from keras import tree
from keras.src import backend
from keras.src.backend.common.symbolic_scope import in_symbolic_scope
from keras.src.backend.torch import core, random

from graphscope.tracers.frames import find_user_line
from graphscope.tracers.patching import Wrapper, patched
from graphscope.tracers.recorder import RECORD_CODE, active_recorder
from graphscope.tracers.torch.fakes import Fakes
from graphscope.tracers.torch.recurrence import fold_gru, fold_lstm, fold_rnn
from graphscope.tracers.torch.tape import Block, Tape, Value
from graphscope.tracers.torch.trips import count_trips

_active = threading.local()


class Folder:
    """Runs the bodies of loops and choices once each.

    Args:
        tape: receives them.
        fakes: makes the tensors that bodies see, and those that loops and choices return.
    """

    def __init__(self, tape: Tape, fakes: Fakes) -> None:
        self._tape = tape
        self._fakes = fakes

    def apart(self) -> Folder:
        """Return one whose loops and choices are not part of the model's run."""
        return Folder(Tape(), self._fakes)

    @contextmanager
    def block(self, name: str, type_: str, trips: int | None = None) -> Iterator[Block]:
        """Collect the bodies of a loop or choice inside the block."""
        recorder = active_recorder()
        owner = None if recorder is None else recorder.current
        line = find_user_line(sys._getframe(2), stop=RECORD_CODE)
        block = Block(name, type_, owner, line, self._tape.body, trips)
        with self._tape.in_block(block):
            yield block

    @contextmanager
    def body(self, block: Block, name: str) -> Iterator[None]:
        """Collect what runs inside the block as one body."""
        with self._tape.in_body(block, name):
            yield

    def stand_ins(self, structure: Any) -> Any:
        """Return what a body sees of tensors that change from trip to trip."""

        def replace(leaf: Any) -> Any:
            if not isinstance(leaf, torch.Tensor):
                return leaf
            fake = self._fakes.like(leaf)
            self._tape.stand_in(leaf, fake)
            return fake

        return tree.map_structure(replace, structure)

    def decide(self, block: Block, results: Any) -> None:
        """Let the last body's results be what the loop or choice depends on."""
        block.bodies[-1][1].results = self._values(results)

    def carry(self, block: Block, arguments: Any, results: Any) -> None:
        """Hand the results of one trip to the next."""
        pairs = zip(tree.flatten(arguments), tree.flatten(results), strict=True)
        for argument, result in pairs:
            if isinstance(argument, torch.Tensor) and isinstance(result, torch.Tensor):
                value = self._tape.value_of(result)
                block.carried.append((self._tape.value_of(argument), value))
                block.bodies[-1][1].results.append(value)

    def stack(self, block: Block, structure: Any, count: int) -> Any:
        """Return what all trips made, one after the other along a new first axis."""
        return tree.map_structure(
            lambda leaf: self._make(
                block, "stack", "stack", [leaf], self._fakes.like(leaf, front=(count,))
            ),
            structure,
        )

    def choose(self, block: Block, choice: Any, branches: Sequence[Any]) -> Any:
        """Return the results of one of several branches."""
        flat = [[core.convert_to_tensor(leaf) for leaf in tree.flatten(each)] for each in branches]
        made = [
            self._make(block, "choose", block.type, [choice, *leaves], self._fakes.like(leaves[0]))
            for leaves in zip(*flat, strict=True)
        ]
        return tree.pack_sequence_as(branches[0], made)

    def add_seed(self, seed: Any) -> None:
        """Let the next random operation depend on a seed."""
        self._tape.add_seed(seed)

    def is_known(self, tensor: Any) -> bool:
        """Whether the elements of a tensor follow from constants."""
        return not isinstance(tensor, torch.Tensor) or self._tape.value_of(tensor).is_known

    def _make(self, block: Block, name: str, type_: str, taken: list[Any], made: Any) -> Any:
        inputs = self._values(taken)
        self._tape.add(
            name, inputs, [made], owner=block.owner, source=block.source, type_=type_, block=block
        )
        return made

    def _values(self, structure: Any) -> list[Value]:
        leaves = tree.flatten(structure)
        return [self._tape.value_of(leaf) for leaf in leaves if isinstance(leaf, torch.Tensor)]


@contextmanager
def folding(tape: Tape, fakes: Fakes) -> Iterator[None]:
    """Put loops and choices that this thread runs inside the block on a tape."""
    _active.folder = Folder(tape, fakes)
    try:
        yield
    finally:
        _active.folder = None


@contextmanager
def folded_loops() -> Iterator[None]:
    """Hook into Keras's loops and choices; see `folding`."""
    with ExitStack() as stack:
        for name, replacement in _REPLACEMENTS.items():
            stack.enter_context(patched(core, name, replacement))
        stack.enter_context(patched(backend, "rnn", _folds_rnn))
        for name, replacement in _RECURRENT.items():
            # Earlier versions of Keras run all recurrent layers by `rnn`.
            if hasattr(_recurrent_module, name):
                stack.enter_context(patched(_recurrent_module, name, replacement))
        stack.enter_context(patched(random, "torch_seed_generator", _draws_seed))
        yield


def _folds(fold: Callable[..., Any]) -> Wrapper:
    """Return the wrapper that calls `fold(folder, original, ...)` while a tape is there."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            folder = getattr(_active, "folder", None)
            if folder is None:
                return original(*args, **kwargs)
            if in_symbolic_scope():
                # Only shapes are wanted; they follow from one trip as well.
                folder = folder.apart()
            return fold(folder, original, *args, **kwargs)

        return call

    return wrap


def _cond(folder: Folder, original: Any, pred: Any, true_fn: Any, false_fn: Any) -> Any:
    if folder.is_known(pred):
        return original(pred, true_fn, false_fn)
    return _choose(folder, pred, {"then_branch": true_fn, "else_branch": false_fn}, "If")


def _switch(folder: Folder, _original: Any, index: Any, branches: Any, *operands: Any) -> Any:
    index = core.convert_to_tensor(index, "int32")
    named = {
        f"branches_{number}": functools.partial(branch, *operands)
        for number, branch in enumerate(branches)
    }
    return _choose(folder, index, named, "Case")


def _choose(folder: Folder, choice: Any, branches: dict[str, Any], type_: str) -> Any:
    with folder.block("if", type_) as block:
        results = []
        for name, branch in branches.items():
            with folder.body(block, name):
                results.append(branch())
                folder.decide(block, results[-1])
        return folder.choose(block, choice, results)


def _while_loop(
    folder: Folder,
    _original: Any,
    cond: Any,
    body: Any,
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    is_tuple = isinstance(loop_vars, (tuple, list))
    start = tuple(loop_vars) if is_tuple else (loop_vars,)
    start = tree.map_structure(core.convert_to_tensor, start)
    with folder.block("while", "While") as block:
        arguments = folder.stand_ins(start)
        with folder.body(block, "cond"):
            folder.decide(block, cond(*arguments))
        with folder.body(block, "body"):
            results = body(*arguments)
            results = tuple(results) if isinstance(results, (tuple, list)) else (results,)
            folder.carry(block, arguments, results)
    block.trips = count_trips(block, maximum_iterations)
    return results if is_tuple else results[0]


def _fori_loop(
    folder: Folder, _original: Any, lower: Any, upper: Any, body_fun: Any, init_val: Any
) -> Any:
    known = folder.is_known(lower) and folder.is_known(upper)
    trips = max(0, int(upper) - int(lower)) if known else None
    init = tree.map_structure(core.convert_to_tensor, init_val)
    with folder.block("while", "While", trips) as block:
        index, value = folder.stand_ins((core.convert_to_tensor(lower, "int32"), init))
        with folder.body(block, "body"):
            result = body_fun(index, value)
            folder.carry(block, value, result)
    return result


def _scan(
    folder: Folder,
    _original: Any,
    f: Any,
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: Any = 1,  # noqa: ARG001 - as above
) -> Any:
    init = tree.map_structure(core.convert_to_tensor, init)
    xs = tree.map_structure(core.convert_to_tensor, xs) if xs is not None else None
    trips = int(length) if length is not None else int(tree.flatten(xs)[0].shape[0])
    with folder.block("while", "While", trips) as block:
        carry = folder.stand_ins(init)
        with folder.body(block, "body"):
            last = -1 if reverse else 0
            x = None if xs is None else tree.map_structure(lambda each: each[last], xs)
            result, made = f(carry, x)
            result = tree.map_structure(core.convert_to_tensor, result)
            made = tree.map_structure(core.convert_to_tensor, made)
            folder.carry(block, carry, result)
        stacked = None if made is None else folder.stack(block, made, trips)
    return result, stacked


def _draw_seed(folder: Folder, _original: Any, seed: Any) -> None:
    # The generator that PyTorch would take is seeded with numbers, which nobody has here.
    folder.add_seed(keras.src.random.seed_generator.draw_seed(seed))


_REPLACEMENTS: dict[str, Wrapper] = {
    "cond": _folds(_cond),
    "switch": _folds(_switch),
    "while_loop": _folds(_while_loop),
    "fori_loop": _folds(_fori_loop),
    "scan": _folds(_scan),
}
_draws_seed = _folds(_draw_seed)
_folds_rnn = _folds(fold_rnn)
_RECURRENT = {"_fallback_lstm": _folds(fold_lstm), "_fallback_gru": _folds(fold_gru)}
# The package has a function of the module's name.
_recurrent_module = importlib.import_module("keras.src.backend.torch.rnn")
