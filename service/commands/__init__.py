"""The command line, one module per group of commands. Each command answers its exit status: 0 well, 1 refused."""
