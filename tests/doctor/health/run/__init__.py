"""Trainings that go wrong, and trainings that do not, as their runs show them."""
