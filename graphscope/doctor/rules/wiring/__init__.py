"""Rules about layers, tensors and models that are put together wrongly."""
