"""Questions that take several cases: which strategy of seeding is best, and how sure that is."""
