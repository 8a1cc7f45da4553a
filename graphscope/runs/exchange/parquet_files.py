"""Tables of runs as Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from graphscope.runs.exchange.needs import needed
from graphscope.runs.exchange.tables import Content, make_table
from graphscope.runs.run import Run


def write_parquet(runs: Sequence[Run], target: Path | BinaryIO, content: Content = "steps") -> None:
    """Write runs as a Parquet file; a value that was not logged is null, one may also be NaN.

    Args:
        runs: one after the other.
        target: the file, or a stream that takes its bytes.
        content: see `tables.make_table`.

    Raises:
        ExportError: as `make_table`.
        GraphscopeError: when pyarrow is not installed.
        OSError: when it cannot be written.
    """
    with needed("pyarrow", "parquet", "Parquet files"):
        import pyarrow
        import pyarrow.parquet
    table = make_table(runs, content)
    columns = {
        name: pyarrow.array(texts, pyarrow.string()).dictionary_encode()
        for name, texts in table.texts.items()
    }
    for name, numbers in table.numbers.items():
        columns[name] = pyarrow.array(numbers.values, mask=numbers.missing, from_pandas=False)
    file = str(target) if isinstance(target, Path) else target
    pyarrow.parquet.write_table(pyarrow.table(columns), file, compression="zstd")
