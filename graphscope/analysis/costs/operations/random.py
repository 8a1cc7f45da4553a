"""Random numbers count one FLOP each, whatever the generator takes."""

from __future__ import annotations

from graphscope.analysis.costs.call import Rule, names
from graphscope.analysis.costs.operations.elementwise import per_element

_NAMES = names("""
    RandomUniform RandomUniformInt RandomStandardNormal TruncatedNormal RandomShuffle Multinomial
    StatelessRandomUniform StatelessRandomUniformV2 StatelessRandomUniformInt
    StatelessRandomUniformIntV2 StatelessRandomNormal StatelessRandomNormalV2
    StatelessTruncatedNormal StatelessTruncatedNormalV2 StatelessMultinomial
    StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg StatelessRandomGetAlg
""")

RULES: dict[str, Rule] = dict.fromkeys(_NAMES, per_element(1))
