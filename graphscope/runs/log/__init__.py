"""The run log: append-only files, one per writer."""

from graphscope.runs.log.opening import Log, open_log
from graphscope.runs.log.reader import RunTail, find_runs, read_run
from graphscope.runs.log.segments import SegmentedLog
from graphscope.runs.log.writer import LogWriter, make_writer_id

__all__ = [
    "Log",
    "LogWriter",
    "RunTail",
    "SegmentedLog",
    "find_runs",
    "make_writer_id",
    "open_log",
    "read_run",
]
