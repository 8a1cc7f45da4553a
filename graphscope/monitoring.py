"""`graphscope.Monitor`: the callback, together with those who look at what it logged."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.monitor.callback import Monitor as _Monitor
from graphscope.monitor.describe import find_rank
from graphscope.monitor.distribution import describe_distribution
from graphscope.monitor.fitting import Fitting
from graphscope.runs import Run

if TYPE_CHECKING:
    from graphscope.doctor.findings import Diagnosis

__all__ = ["Monitor", "describe_distribution"]


class Monitor(_Monitor):
    """Logs a training, and says at its end what is sick about it.

        model.fit(x, y, callbacks=[graphscope.Monitor("runs/first")])

    Args:
        directory: of the run, a path or a URL of fsspec (`s3://bucket/runs/first`).
        report: whether to print what is sick to stderr when training ends.
        show: whether to show the training in the browser while it runs, with the other runs of
            its folder. Another process serves the page; it stays when training has ended, and
            ends once nobody has looked at it for ten minutes. The address is printed to stderr.
        options: of `graphscope.monitor.callback.Monitor`: `statistics`, `overhead`, `every`,
            `histograms`, `stop_on_nonfinite`, `graph`, `tensorboard`.
    """

    def __init__(
        self, directory: str | Path, *, report: bool = True, show: bool = False, **options: Any
    ) -> None:
        super().__init__(directory, **options)
        self._reports, self._shows = report, show

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """End the log, then say what is sick."""
        super().on_train_end(logs)
        if self._reports:
            self._report()

    def read(self) -> Run:
        """Return what is logged of the run so far."""
        from graphscope.runs.log import read_run

        return read_run(self.run_path)

    def diagnoses(self) -> list[Diagnosis]:
        """Return what is sick about the training so far, the most serious first."""
        from graphscope.doctor.health import Training, examine_training

        return examine_training(Training(self.read()), self.warn)

    def _open(self, fitting: Fitting | None = None, *, is_loop: bool = False) -> None:
        super()._open(fitting, is_loop=is_loop)
        if self._shows and find_rank() == 0:
            self._shows = False
            self._show()

    def _show(self) -> None:
        try:
            from graphscope.watching import folder_of_runs, open_live_page

            open_live_page(folder_of_runs(self.run_path), self.warn)
        except Exception as error:  # noqa: BLE001 - the training goes on without a page
            self.warn(f"The live page cannot be shown ({type(error).__name__}: {error}).")

    def _report(self) -> None:
        try:
            from graphscope.doctor.findings import Severity

            found = [each for each in self.diagnoses() if each.severity is not Severity.INFO]
            for each in found:
                print(f"graphscope: {each.severity.value}: {each.message}", file=sys.stderr)  # noqa: T201
        except Exception as error:  # noqa: BLE001 - the training is over and well
            self.warn(f"The run could not be examined ({type(error).__name__}: {error}).")
