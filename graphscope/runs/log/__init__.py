"""The run log: append-only files, one per writer."""

from graphscope.runs.log.reader import RunTail, find_runs, read_run
from graphscope.runs.log.writer import LogWriter, make_writer_id

__all__ = ["LogWriter", "RunTail", "find_runs", "make_writer_id", "read_run"]
