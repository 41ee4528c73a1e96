"""The proof that the numbers are right: every model against theory, enumeration and other people's programs."""

from .run import Report, Row, verify

__all__ = ["Report", "Row", "verify"]
