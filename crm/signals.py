"""What this floor tells the floors above it."""

from django.dispatch import Signal

# Sent inside the transaction that founded a company, with `company` (crm.models.Company) in use: receivers lay down
# the rows that a new company starts from. The rows of this floor are laid down by `Company.objects.found` itself.
company_founded = Signal()

# Sent inside the transaction that gave contacts to a member, with `contacts` (their ids) and `member_id`.
people_assigned = Signal()
