"""What telephony tells the floors above it."""

from django.dispatch import Signal

# Sent inside the transaction that changed a call, with `call` (telephony.models.Call); receivers may write rows and
# put work off until the commit, nothing else. One receiver: calltracking.receivers.
call_changed = Signal()

# Sent inside the transaction that noted a trouble of which people are to be told, with `trouble` (a Trouble).
trouble_began = Signal()
