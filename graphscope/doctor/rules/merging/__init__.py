"""Rules about tensors that do not fit each other."""
