"""Pure functions from results to numbers with intervals; nothing here runs a simulation."""
