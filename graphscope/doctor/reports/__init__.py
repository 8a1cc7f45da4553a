"""What a run of the doctor comes to, and the forms in which it is told to other programs."""

from graphscope.doctor.reports.contract import as_contract
from graphscope.doctor.reports.make import make_report, tell_failure
from graphscope.doctor.reports.report import CodeLine, FailureReport, Report, Step

__all__ = [
    "CodeLine",
    "FailureReport",
    "Report",
    "Step",
    "as_contract",
    "make_report",
    "tell_failure",
]
