"""Rules about what a layer needs of its inputs, states and masks."""
