"""The command line `wom`: stdout is the answer, stderr is progress and warnings."""
