"""Rules about the data that a model is given."""
