"""The shape doctor: where a program broke, why, and a fix that was tried."""
