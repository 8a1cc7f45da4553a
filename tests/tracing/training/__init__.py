"""Tests of traced training steps."""
