"""Runs in the formats of others: TensorBoard's event files, CSV, Parquet."""

from graphscope.runs.exchange.as_records import to_records
from graphscope.runs.exchange.csv_files import write_csv
from graphscope.runs.exchange.event_reading import (
    find_event_runs,
    read_event_run,
)
from graphscope.runs.exchange.event_writing import EventFiles, write_events
from graphscope.runs.exchange.foreign import ForeignRun, find_logs, recognise_lines
from graphscope.runs.exchange.importing import import_run
from graphscope.runs.exchange.parquet_files import write_parquet
from graphscope.runs.exchange.plain_rows import read_rows

__all__ = [
    "EventFiles",
    "ForeignRun",
    "find_event_runs",
    "find_logs",
    "import_run",
    "read_event_run",
    "read_rows",
    "recognise_lines",
    "to_records",
    "write_csv",
    "write_events",
    "write_parquet",
]
