"""How a model is spread over devices, told in the log of its training."""

from __future__ import annotations

from dataclasses import replace

from graphscope.monitor.distribution.describe import describe_rest, describe_step
from graphscope.monitor.probe import Probe
from graphscope.monitor.recording import Recording
from graphscope.runs.distribution import Distribution, Shard


class Spreading:
    """Tells it when training begins, and once more after the first step; see `records.Event`.

    Args:
        probe: of the model that is trained.
        recording: of the training.
    """

    def __init__(self, probe: Probe, recording: Recording) -> None:
        self._probe, self._recording = probe, recording
        self._resting = describe_rest(probe.model)
        if self._resting is not None:
            self._tell(self._resting)

    def after_step(self) -> None:
        """Compile the step that has run a second time, without running it, and tell of it."""
        model, resting, batch = self._probe.model, self._resting, self._probe.batch
        if resting is None:
            return
        state = getattr(model, "_jax_state", None)
        if not state or not isinstance(batch, tuple):
            self._recording.note("Activations and collectives of the distribution are not known.")
            return
        parts = tuple(each for each in batch if each is not None)
        try:
            found = describe_step(model, resting, tuple(map(list, state.values())), parts)
        except Exception as error:  # noqa: BLE001 - the program's own step may not like it
            text = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            self._recording.note(
                f"Activations and collectives of the distribution are not known ({text})."
            )
            return
        self._tell(found)

    def _tell(self, found: Distribution) -> None:
        found = self._keyed(found)
        self._recording.event("distribution", _sentence(found), **found.as_dict())

    def _keyed(self, found: Distribution) -> Distribution:
        """Return it with the keys of the run's layers, of weights and of what serves them."""
        watched = self._probe.watched
        owners = {each.path: watched.owner_of(each) for each in self._probe.model.variables}

        def keyed(shard: Shard) -> Shard:
            return replace(shard, layer=owners.get(f"{shard.layer}/{shard.name}") or shard.layer)

        return replace(found, weights=tuple(map(keyed, found.weights)))


def _sentence(found: Distribution) -> str:
    axes = " x ".join(f"{name} {size}" for name, size in found.mesh.axes)
    held = sum(each.bytes_per_device for each in found.weights)
    split = sum(not each.is_replicated for each in found.weights)
    text = (
        f"The model is spread over {len(found.mesh.devices)} devices ({axes}): {split} of "
        f"{len(found.weights)} weights are split, each device holds {held:,} bytes of weights"
    )
    moved = sum(each.bytes for each in found.collectives)
    exchange = f", and {len(found.collectives)} exchanges of a step move {moved:,} bytes to it"
    return f"{text}{exchange if found.collectives else ''}."
