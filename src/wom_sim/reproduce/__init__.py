"""Runs made again from their results folders, packed for others, and cited."""
