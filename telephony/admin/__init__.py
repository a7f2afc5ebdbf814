"""How calls reach us, as people set it up and look after it."""

from telephony.admin import accounts, agents, inbox

__all__ = ["accounts", "agents", "inbox"]
