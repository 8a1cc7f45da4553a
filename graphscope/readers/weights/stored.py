"""The weights member of an archive: found, opened where it lies, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

from graphscope.errors import ReadError
from graphscope.graph import GraphBuilder
from graphscope.readers.files.archive import MAX_COPY_BYTES, Archive
from graphscope.readers.files.window import FileWindow
from graphscope.readers.weights.tree import WeightGroup, WeightTree, describe_paths, open_weights

WEIGHTS = "model.weights.h5"
WEIGHTS_NPZ = "model.weights.npz"
METRICS = "metrics"
"""The group of the state of metrics, which Keras 2 saved with a compiled model."""
_OPTIMIZER = "optimizer"


@contextmanager
def stored_weights(
    archive: Archive, builder: GraphBuilder
) -> Iterator[tuple[WeightGroup | None, int]]:
    """Give the weights of the model and the number of the optimizer's variables.

    The weights are None when they cannot be read; a note then says why, and the architecture is
    shown without them.
    """
    with ExitStack() as stack:
        tree = _enter(archive, builder, stack)
        if tree is None:
            yield None, 0
            return
        yield take_weights(tree, builder)


def take_weights(tree: WeightTree, builder: GraphBuilder) -> tuple[WeightGroup, int]:
    """Return the weights of the model and the number of the optimizer's variables."""
    note_damage(tree, builder)
    optimizer = tree.root.children.pop(_OPTIMIZER, None)
    tree.root.children.pop(METRICS, None)
    return tree.root, optimizer.count() if optimizer else 0


def _enter(archive: Archive, builder: GraphBuilder, stack: ExitStack) -> WeightTree | None:
    stream = _open(archive, builder)
    if stream is None:
        return None
    try:
        stack.callback(stream.close)
        return stack.enter_context(open_weights(stream, WEIGHTS))
    except ReadError as error:
        builder.add_note("weights-unreadable", error.message)
        return None


def _open(archive: Archive, builder: GraphBuilder) -> IO[bytes] | FileWindow | None:
    if WEIGHTS in archive:
        try:
            stream = archive.open_in_place(WEIGHTS) or archive.copy_out(WEIGHTS)
        except ReadError as error:
            builder.add_note("weights-unreadable", error.message)
            return None
        if stream is None:
            builder.add_note(
                "weights-too-large",
                f"The weights are compressed and unpack to more than {MAX_COPY_BYTES >> 20} MiB; "
                "they were not read.",
            )
        return stream
    if WEIGHTS_NPZ in archive:
        message = f"The weights are stored as {WEIGHTS_NPZ}, which holds pickled objects"
        builder.add_note("weights-npz", f"{message}; they were not read.")
    else:
        builder.add_note("weights-missing", f"The file holds no {WEIGHTS}.")
    return None


def note_damage(tree: WeightTree, builder: GraphBuilder) -> None:
    """Note what of a weight tree was not followed or could not be read."""
    if tree.refused:
        builder.add_note(
            "weights-outside",
            f"{len(tree.refused):,} entries of the weights point to other places or files "
            f"({describe_paths(tree.refused)}); they were not followed.",
        )
    if tree.unreadable:
        builder.add_note(
            "weights-damaged",
            f"{len(tree.unreadable):,} entries of the weights cannot be read "
            f"({describe_paths(tree.unreadable)}).",
        )
    if not tree.is_complete:
        builder.add_note(
            "weights-incomplete", "The weights hold too many or too deeply nested groups."
        )
