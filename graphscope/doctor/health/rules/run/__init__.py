"""Rules over the curves and the statistics of a run."""
