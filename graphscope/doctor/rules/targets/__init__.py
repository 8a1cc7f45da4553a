"""Rules about targets, losses and metrics that do not fit the output."""
