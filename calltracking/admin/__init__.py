"""Screens of the admin that show several floors' nouns: leads, contacts and campaigns with their calls, rules."""

from calltracking.admin import attribution, campaigns, people

__all__ = ["attribution", "campaigns", "people"]
