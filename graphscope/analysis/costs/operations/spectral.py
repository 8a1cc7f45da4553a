"""Fourier transforms: 5 n log2 n for n complex values, the customary count of FFT benchmarks.

See M. Frigo, S. Johnson, "The Design and Implementation of FFTW3" (Proceedings of the IEEE 93,
2005), 3. A real transform takes half of it.
"""

from __future__ import annotations

from math import log2, prod

from graphscope.analysis.costs.call import Call, Rule, as_int
from graphscope.analysis.costs.sizes import Sizes, count_elements, known


def _transform(axes: int, factor: float = 5.0) -> Rule:
    """Return the rule for a transform along the last axes."""

    def rule(call: Call) -> int:
        shapes = [call.argument(0), call.result()]
        wider = max(shapes, key=count_elements)
        return round(factor * count_elements(wider) * _levels(wider[-axes:]))

    return rule


def _levels(sizes: Sizes) -> float:
    return log2(max(2, prod(known(size) for size in sizes)))


def _windowed(call: Call) -> int:
    # ops.stft and its inverse: a window over each frame, and its real transform. The frames of the
    # spectrum have fft_length / 2 + 1 places each.
    length = as_int(call.settings.get("fft_length"))
    spectrum = call.result() if call.type == "STFT" else call.argument(0)
    frames = count_elements(spectrum) // max(1, length // 2 + 1)
    return round(frames * (length + 2.5 * length * _levels((length,))))


def _named(*names: str, axes: int, factor: float = 5.0) -> dict[str, Rule]:
    return dict.fromkeys(names, _transform(axes, factor))


RULES: dict[str, Rule] = {
    **_named("FFT", "IFFT", axes=1),
    **_named("FFT2D", "IFFT2D", "FFT2", "IFFT2", axes=2),
    **_named("FFT3D", "IFFT3D", axes=3),
    **_named("RFFT", "IRFFT", axes=1, factor=2.5),
    **_named("RFFT2D", "IRFFT2D", axes=2, factor=2.5),
    **_named("RFFT3D", "IRFFT3D", axes=3, factor=2.5),
    "STFT": _windowed,
    "ISTFT": _windowed,
}
