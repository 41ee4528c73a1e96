"""What a run gave, and how it is kept on disk."""
