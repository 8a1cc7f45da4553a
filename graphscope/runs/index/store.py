"""The index of runs: what the logs say, in a form in which it is found at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, select

from graphscope.errors import GraphscopeError
from graphscope.runs.index import schema
from graphscope.runs.index.curves import Window, read_series
from graphscope.runs.index.details import (
    Layered,
    read_events,
    read_histograms,
    read_outline,
    read_records,
    read_run,
)
from graphscope.runs.index.engine import CorruptError, guarded, make_tables, reading
from graphscope.runs.index.rows import RunRow, read_rows
from graphscope.runs.index.updating import Update, Updater, read_runs
from graphscope.runs.records import Epoch, Event
from graphscope.runs.run import Run, Series

T = TypeVar("T")


class Database(Protocol):
    """Where an index is kept.

    Attributes:
        name: for messages; holds no password.
    """

    name: str

    def connect(self) -> Engine:
        """Return an engine; the database is made where that is possible."""
        ...

    def is_gone(self) -> bool:
        """Whether what was connected to was deleted or replaced."""
        ...

    def discard(self) -> None:
        """Delete it, as it is damaged; GraphscopeError when that is not ours to do."""
        ...


class Store:
    """An index of runs; threads may share it. Made by `open_store`.

    A run is named by the key or the name of its row. Windows are in steps; `last` is inside.

    Attributes:
        notes: what whoever opened it should know, in whole sentences.
    """

    def __init__(self, database: Database, notes: list[str]) -> None:
        self.notes = notes
        self._database = database
        self._roots: list[Path] = []
        self._engine = self._connect()

    @property
    def name(self) -> str:
        """Where the index is; holds no password."""
        return self._database.name

    def update(self, root: Path, *, seconds: float | None = None) -> Update:
        """Take up what is new in the logs of all runs at or below a folder.

        Several processes may do so at once. What was deleted goes; a log that was replaced or cut
        is read anew.

        Args:
            root: folder of the runs, see `runs.folders.as_folder`.
            seconds: after which to end for now; None to take up everything.

        Raises:
            GraphscopeError: when the index cannot be used.
        """
        if root not in self._roots:
            self._roots.append(root)
        if self._database.is_gone():
            self._reconnect()
        try:
            return guarded(self.name, lambda: Updater(self._engine, root, seconds).run())
        except CorruptError as error:
            self._rebuild(error)
            return guarded(self.name, lambda: Updater(self._engine, root, seconds).run())

    def runs(self, root: Path | None = None) -> list[RunRow]:
        """Return the runs at or below a folder, or all of the index, in order of their names."""
        return self._read(lambda connection: read_rows(connection, root))

    def series(
        self,
        run: str,
        names: Collection[str] | None = None,
        *,
        first: int | None = None,
        last: int | None = None,
        points: int | None = None,
        smoothing: float = 0.0,
    ) -> dict[str, Series]:
        """Return per-step series of a run, by name.

        Args:
            run: key or name.
            names: of the metrics; all by default.
            first, last: window of steps; one point beyond each end is returned, too.
            points: at most so many of each, extremes among them; all by default.
            smoothing: weight of a moving average (see `curves.smooth`) over the whole series.
        """
        window = Window(first, last, points, smoothing)
        wanted = _chooser(names)

        def read(connection: Connection) -> dict[str, Series]:
            logs = _logs(connection, run)
            return read_series(connection, [log.id for log in logs], schema.STEPS, wanted, window)

        return self._read(read)

    def epochs(self, run: str) -> dict[str, Series]:
        """Return per-epoch series of a run, by name."""
        found: dict[str, list[tuple[int, float, float]]] = {}
        for record in self.epoch_ends(run):
            for name, value in record.metrics.items():
                found.setdefault(name, []).append((record.epoch, value, record.time))
        return {name: Series.of(name, sorted(each)) for name, each in found.items()}

    def epoch_ends(self, run: str) -> list[Epoch]:
        """Return the ends of epochs of a run, those of one writer in order."""

        def read(connection: Connection) -> list[Epoch]:
            records = (
                record
                for log in _logs(connection, run)
                for record in read_records(connection, log.id, ["epoch"])
            )
            return [record for record in records if isinstance(record, Epoch)]

        return self._read(read)

    def statistics(
        self,
        run: str,
        layers: Collection[str] | None = None,
        names: Collection[str] | None = None,
        *,
        first: int | None = None,
        last: int | None = None,
        points: int | None = None,
    ) -> dict[str, dict[str, Series]]:
        """Return statistics of layers: by layer key, then by the statistic's name.

        Args:
            run: key or name.
            layers, names: of the statistics; all by default.
            first, last, points: as of `series`.
        """
        is_layer, is_name = _chooser(layers), _chooser(names)

        def read(connection: Connection) -> dict[str, dict[str, Series]]:
            found: dict[str, dict[str, Series]] = {}
            series = read_series(
                connection,
                [log.id for log in _logs(connection, run)],
                schema.STATISTICS,
                lambda pair: is_layer(pair[0]) and is_name(pair[1]),
                Window(first, last, points),
            )
            for (layer, name), each in series.items():
                found.setdefault(layer, {})[name] = each
            return found

        return self._read(read)

    def histograms(self, run: str, layers: Collection[str] | None = None) -> Layered:
        """Return histograms: by layer key, then by what is spread: (step, histogram)."""
        return self._read(
            lambda connection: read_histograms(
                connection, [log.id for log in _logs(connection, run)], layers
            )
        )

    def events(self, run: str) -> tuple[Event, ...]:
        """Return the events of a run in the order in which they happened."""
        return self._read(
            lambda connection: read_events(connection, [log.id for log in _logs(connection, run)])
        )

    def read(self, run: str) -> Run:
        """Return all that is known of a run, as reading its logs would."""
        return self._read(
            lambda connection: read_run(connection, _find(connection, run), _logs(connection, run))
        )

    def outline(self, run: str) -> Run:
        """Return a run without the series of its steps and statistics, which costs little."""
        return self._read(
            lambda connection: read_outline(
                connection, _find(connection, run), _logs(connection, run)
            )
        )

    def close(self) -> None:
        """End all connections; closing twice is fine."""
        self._engine.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        def read() -> T:
            with reading(self._engine) as connection:
                return work(connection)

        try:
            return guarded(self.name, read)
        except CorruptError as error:
            self._rebuild(error)
            for root in self._roots:
                self.update(root)
            return guarded(self.name, read)

    def _connect(self) -> Engine:
        try:
            return self._open()
        except CorruptError as error:
            self._say_rebuilt(error)
            self._database.discard()
            return self._open()

    def _open(self) -> Engine:
        engine = self._database.connect()
        guarded(self.name, lambda: make_tables(engine))
        return engine

    def _reconnect(self) -> None:
        self._engine.dispose()
        self._engine = self._connect()

    def _rebuild(self, error: CorruptError) -> None:
        """Put an empty index in the place of a damaged one, unless another process did."""
        self._engine.dispose()
        if not self._database.is_gone():
            self._say_rebuilt(error)
            self._database.discard()
        self._engine = self._connect()

    def _say_rebuilt(self, error: CorruptError) -> None:
        self.notes.append(f"The index {self.name} was damaged ({error}); it is made anew.")


def _chooser(names: Collection[str] | None) -> Callable[[str], bool]:
    if names is None:
        return lambda _name: True
    chosen = frozenset(names)
    return lambda name: name in chosen


def _logs(connection: Connection, run: str) -> list[schema.Row]:
    """Return the logs of a run in the order of their writers."""
    table = schema.logs
    query = select(table).where(table.c.run == _find(connection, run).id)
    return list(connection.execute(query.order_by(table.c.writer)))


def _find(connection: Connection, run: str) -> schema.Row:
    runs = read_runs(connection)
    if run in runs:
        return runs[run]
    named = [row for row in runs.values() if row.name == run]
    if len(named) == 1:
        return named[0]
    if named:
        places = ", ".join(row.place for row in named)
        raise GraphscopeError(f"Several runs are named {run!r}.", f"Use one of {places}.")
    known = ", ".join(row.name for row in list(runs.values())[:10]) or "none"
    raise GraphscopeError(f"No run is named {run!r}.", f"There are: {known}.")
