"""Trying fixes: each is applied to a copy of the program, and the copy is run."""

from graphscope.doctor.fixes.verify.trial import Limits, Outcome, Trial
from graphscope.doctor.fixes.verify.verify import verify
from graphscope.doctor.fixes.verify.workers import Workers, start_workers

__all__ = ["Limits", "Outcome", "Trial", "Workers", "start_workers", "verify"]
