"""What crm tells the floors above it."""

from django.dispatch import Signal

# Sent when a company is founded, inside it and inside the transaction, with `company`: who has rules that a new
# company starts from lays them down. One receiver: analysis.receivers.
company_founded = Signal()
