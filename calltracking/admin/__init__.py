"""Screens of the admin that show several floors' nouns: leads and contacts with their calls."""

from calltracking.admin import people

__all__ = ["people"]
