"""What can stop an installation, said so that a person can mend it."""

from __future__ import annotations


class InstallFailed(Exception):
    """Installing stopped; the text says what to do."""
