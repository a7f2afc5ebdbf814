"""How calls reach us, as people set it up and look after it."""

from telephony.admin import accounts, addresses, agents, inbox, quarantine, syncs

__all__ = ["accounts", "addresses", "agents", "inbox", "quarantine", "syncs"]
