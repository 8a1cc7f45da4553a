"""Watching a training from inside: the callback, and what is sampled within the layers.

Importing `graphscope.monitor.callback` imports Keras; this package alone does not.
"""
