"""Simulate word of mouth on networks."""
