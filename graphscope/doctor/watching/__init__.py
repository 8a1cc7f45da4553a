"""Hooks into Keras that remember what a program does, and what is known when it fails."""
