"""The report of the doctor on a terminal."""

from graphscope.cli.diagnosis.page import make_console, print_report

__all__ = ["make_console", "print_report"]
