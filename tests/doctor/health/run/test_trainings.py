"""Health rules on real runs: what is sick is named, and what is healthy brings no alert."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.doctor.findings import Diagnosis, Severity
from tests.doctor.health.run.healthy import HEALTHY
from tests.doctor.health.run.parts import Maker
from tests.doctor.health.run.sick import SICK
from tests.support.sampling import by_day

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore::UserWarning"),  # Keras's own, about what is sick.
]


def _alerts(maker: Maker, folder: Path) -> list[Diagnosis]:
    import keras

    from graphscope.monitoring import Monitor

    keras.utils.set_random_seed(11)
    work = maker()
    monitor = Monitor(folder, report=False)
    work.model.fit(work.x, work.y, verbose=0, callbacks=[monitor], **work.fit)
    return [each for each in monitor.diagnoses() if each.severity is not Severity.INFO]


@pytest.mark.parametrize("name", by_day(SICK, "GRAPHSCOPE_TRAININGS"))
def test_names_what_is_sick(name: str, tmp_path: Path) -> None:
    maker, symptoms = SICK[name]
    found = _alerts(maker, tmp_path / "run")
    assert symptoms & {each.symptom for each in found}, [each.message for each in found]


@pytest.mark.parametrize("name", by_day(HEALTHY, "GRAPHSCOPE_TRAININGS"))
def test_says_nothing_of_what_is_healthy(name: str, tmp_path: Path) -> None:
    assert not [each.message for each in _alerts(HEALTHY[name], tmp_path / "run")]
