"""How calls reach us, as people set it up and look after it."""

from telephony.admin import accounts, addresses, agents, inbox, lines, quarantine, syncs

__all__ = ["accounts", "addresses", "agents", "inbox", "lines", "quarantine", "syncs"]
