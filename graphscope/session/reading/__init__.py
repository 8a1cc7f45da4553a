"""Reading a stranger's file in a child process that may do nothing else."""
