"""Which value of a metric is its best one."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

from graphscope.runs.run import Series

Direction = Literal["lower", "higher"]

_SHARES = (
    "accuracy|acc|auc|precision|recall|sensitivity|specificity|f_?1|f_?beta|io_?u|miou|dice|jaccard"
)
"""Metrics of classification that lie between 0 and 1 and are best at 1."""
_WORDS: dict[Direction, str] = {
    "lower": "loss|losses|errors?|mae|mse|rmse|mape|msle|crossentropy|entropy|divergence|kld|nll"
    "|perplexity|hinge|poisson|(?:log)?cosh|deviance|wer|cer|fid|penalty|false_(?:posi|nega)tives",
    "higher": f"{_SHARES}|r_?2|similarity|score|psnr|ssim|bleu|rouge|map|ndcg|mrr|kappa|mcc"
    "|true_(?:posi|nega)tives",
}
"""Words of losses and metrics: Keras's own, and those that are named alike everywhere."""


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{words})(?=\d*(?:_|$))")


_PATTERNS = {direction: _pattern(words) for direction, words in _WORDS.items()}
_SHARE = _pattern(_SHARES)


def direction_of(name: str) -> Direction | None:
    """Return whether lower or higher values of a metric are better; None when its name is silent.

    The name is read as words, as Keras and its users name losses and metrics
    (`val_sparse_categorical_accuracy`, `decoder_loss`, `auc_1`). Where words of both kinds meet
    (`accuracy_loss`), what is lost decides. A learning rate or a duration has no best value.
    """
    words = _words(name)
    for direction, pattern in _PATTERNS.items():
        if pattern.search(words):
            return direction
    return None


def is_share(name: str) -> bool:
    """Whether a metric counts what a classifier gets right: from 0 to 1, and best at 1."""
    return direction_of(name) == "higher" and _SHARE.search(_words(name)) is not None


def _words(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


def best_point(series: Series) -> tuple[int, float] | None:
    """Return step and value of the best point; None without a finite one or without a direction.

    Of several equally good ones it is the first: training might have ended there.
    """
    direction = direction_of(series.name)
    is_finite = np.isfinite(series.values)
    if direction is None or not is_finite.any():
        return None
    signed = series.values if direction == "lower" else -series.values
    index = int(np.argmin(np.where(is_finite, signed, np.inf)))
    return int(series.steps[index]), float(series.values[index])
