"""Sampling statistics from inside a model's training.

The callback makes a probe when training begins and asks it, before a step, for the statistics of
that step:

    probe = make_probe(model, tell=notes.append)
    probe.install()
    try:
        probe.want()            # before a step: the next one is to be sampled
        ...                     # Keras runs it
        probe.loss, probe.take()
    finally:
        probe.remove()
"""

from graphscope.monitor.probe.probe import Probe, Sample, make_probe

__all__ = ["Probe", "Sample", "make_probe"]
