"""Screens of the admin that show several floors' nouns: leads, contacts and campaigns with their calls, the
company's own fields with what they read, the rules of attribution, the log of exports, and prices."""

from calltracking.admin import attribution, campaigns, custom_fields, exports, people, prices

__all__ = ["attribution", "campaigns", "custom_fields", "exports", "people", "prices"]
