"""`python -m graphscope`, for when the command is not on the PATH."""

from graphscope.cli import main

main()
