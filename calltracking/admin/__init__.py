"""Screens of the admin that show several floors' nouns: leads, contacts and campaigns with their calls."""

from calltracking.admin import campaigns, people

__all__ = ["campaigns", "people"]
