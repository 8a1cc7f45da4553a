"""The reader of TensorBoard's event files: the graph that is kept in them, if any.

Keras's callback writes the config of the model; TensorFlow writes graphs of operations, alone,
with what belongs to a saved model around them, or within what is told of a profiled step. The
config says most, so it is shown before the others.

Numbers of fields are those of TensorFlow's `event.proto`, `summary.proto`, `config.proto`,
`meta_graph.proto` and `tensor.proto`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from graphscope.errors import ReadError
from graphscope.formats.frames import read_frames
from graphscope.formats.wire import Fields, MalformedError, message, messages, split, text
from graphscope.graph import Graph, Note
from graphscope.readers.files.regular_file import open_regular_file
from graphscope.readers.keras.config_text import read_config
from graphscope.readers.tensorflow.graph_def import read_graph_def
from graphscope.readers.text import quote, repair_text

FORMAT = "tensorboard events"
MOST_FILES = 1_000
"""Event files of a folder that are looked into."""

_MARK = "tfevents"
_MODEL, _GRAPH, _META, _STEP = range(4)
_NAMES = {
    _MODEL: "a Keras model",
    _GRAPH: "a graph of operations",
    _META: "a meta graph",
    _STEP: "a graph of a profiled step",
}
"""Kinds of graphs, the one that is shown first where there are several."""
_PLUGINS = {
    "graph_keras_model": _MODEL,
    "graph_run_metadata_graph": _STEP,
    "graph_run_metadata": _STEP,
}
"""What a summary holds for which plugin of TensorBoard's."""
_MENTION = b"graph_"
"""What the names of these have in common."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A graph in an event file: its kind, the bytes of it, and the name of the file."""

    kind: int
    data: memoryview
    file: str


def read(path: Path) -> Graph:
    """Return the graph that event files hold.

    Args:
        path: an event file, or a folder with some, or with folders that hold some, as Keras's
            callback makes them.

    Raises:
        ReadError: when there is none, or none that can be read.
    """
    path = Path(path)
    told: list[str] = []
    counts: Counter[int] = Counter()
    latest: dict[int, _Found] = {}
    for file in _list_files(path):
        for found in _search(file, told.append):
            counts[found.kind] += 1
            latest[found.kind] = found
    if not latest:
        damage = f" {' '.join(told)}" if told else ""
        raise ReadError(
            f"{quote(path.name)} holds no graph.{damage}",
            "`graphscope info` tells its metrics; keras.callbacks.TensorBoard(write_graph=True) "
            "keeps the graph of functional and sequential models.",
        )
    notes = [Note("events-damaged", repair_text(sentence)) for sentence in told]
    graph, kind = _read_first([latest[kind] for kind in sorted(latest)], path, notes)
    counts[kind] -= 1
    if others := list(_name_others(counts)):
        notes.append(
            Note("other-graphs", f"The event files also hold {', '.join(others)}; not shown.")
        )
    return replace(graph, notes=(*graph.notes, *notes))


def holds_graph(path: Path) -> bool:
    """Whether there is a graph in event files, sound or not.

    Args:
        path: as for `read`.

    Raises:
        ReadError: when a file cannot be opened.
    """
    return any(
        True for file in _list_files(Path(path)) for _ in _search(file, lambda _sentence: None)
    )


def _read_first(found: list[_Found], path: Path, notes: list[Note]) -> tuple[Graph, int]:
    """Return the first graph that can be read, and its kind; of those before it a note is added."""
    failure: ReadError | None = None
    for each in found:
        try:
            return _read_one(each, path), each.kind
        except ReadError as error:
            failure = failure or error
            notes.append(Note("graph-unreadable", f"{_NAMES[each.kind]} is left out: {error}"))
    assert failure is not None, "there is at least one"
    raise failure


def _read_one(found: _Found, path: Path) -> Graph:
    if found.kind == _MODEL:
        subject = f"The Keras model in {quote(found.file)}"
        return read_config(bytes(found.data), name=path.name, subject=subject, format_=FORMAT)
    return read_graph_def(found.data, name=path.name, format_=FORMAT)


def _name_others(counts: Counter[int]) -> Iterator[str]:
    for kind in sorted(counts):
        if counts[kind]:
            times = f" ({counts[kind]:,} times)" if counts[kind] > 1 else ""
            yield f"{_NAMES[kind]}{times}"


def _list_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    folders = [path]
    for inner in _list_folders(path):
        folders += [inner, *_list_folders(inner)]
        if len(folders) > MOST_FILES:
            break
    found = [
        file for folder in folders for file in sorted(folder.glob(f"*{_MARK}*")) if file.is_file()
    ]
    # The last ones: names hold the time, and what was written last is shown.
    return found[-MOST_FILES:]


def _list_folders(path: Path) -> list[Path]:
    return sorted(each for each in path.iterdir() if each.is_dir() and not each.is_symlink())


def _search(path: Path, tell: Callable[[str], None]) -> Iterator[_Found]:
    """Yield the graphs in an event file."""
    unknown = 0
    with open_regular_file(path) as file:
        for frame in read_frames(file, path.name, tell):
            try:
                event = split(memoryview(frame))
                if _MENTION not in frame:
                    event.pop(5, None)  # Almost all summaries are of numbers.
                for kind, data in _find_graphs(event):
                    yield _Found(kind, data, path.name)
            except MalformedError:
                unknown += 1
    if unknown:
        tell(f"{path.name}: records that are no events are left out: {unknown}.")


def _find_graphs(event: Fields) -> Iterator[tuple[int, memoryview]]:
    graph = message(event, 4)
    if graph is not None:
        yield _GRAPH, graph
    meta = message(event, 9)
    graph = None if meta is None else message(split(meta), 2)
    if graph is not None:
        yield _META, graph
    tagged = message(event, 8)
    metadata = None if tagged is None else message(split(tagged), 2)
    graph = None if metadata is None else _largest_graph(metadata)
    if graph is not None:
        yield _STEP, graph
    summary = message(event, 5)
    if summary is not None:
        for value in messages(split(summary), 1):
            yield from _find_in_summary(split(value))


def _find_in_summary(value: Fields) -> Iterator[tuple[int, memoryview]]:
    kind = _PLUGINS.get(_plugin_of(value))
    tensor = message(value, 8)
    if kind is None or tensor is None:
        return
    for data in messages(split(tensor), 8):
        found = data if kind == _MODEL else _largest_graph(data)
        if found is not None:
            yield kind, found


def _plugin_of(value: Fields) -> str:
    metadata = message(value, 9)
    plugin = None if metadata is None else message(split(metadata), 1)
    return "" if plugin is None else text(split(plugin), 1)


def _largest_graph(metadata: memoryview) -> memoryview | None:
    """Return the largest graph in what is told of a run: what ran, before it was optimized."""
    fields = split(metadata)
    functions = [split(each) for each in messages(fields, 4)]
    before = [graph for each in functions for graph in messages(each, 2)]
    parts = [graph for each in functions for graph in messages(each, 1)]
    return max(before or parts or messages(fields, 3), key=len, default=None)
