"""Pictures of results; nothing here computes a metric or runs a simulation."""
