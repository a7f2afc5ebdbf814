"""Screens of the admin that show several floors' nouns: leads, contacts and campaigns with their calls, the
company's own fields with what they read."""

from calltracking.admin import campaigns, custom_fields, people

__all__ = ["campaigns", "custom_fields", "people"]
