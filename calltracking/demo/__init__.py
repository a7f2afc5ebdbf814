"""The demo company: Banyan Estates sells flats and leases office floors in Bengaluru. Everybody in it is invented."""

DEMO_SLUG = "banyan-estates"
DEMO_PASSWORD = "banyan-demo-2026"

# E-mail, password, and what they are, as the banner of `manage.py up` prints them.
DEMO_LOGINS = (
    ("owner@banyan.example", DEMO_PASSWORD, "owner"),
    ("manager@banyan.example", DEMO_PASSWORD, "manager"),
    ("nandini@banyan.example", DEMO_PASSWORD, "agent"),
    ("viewer@banyan.example", DEMO_PASSWORD, "viewer"),
)
