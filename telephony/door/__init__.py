"""Behind the webhook's address: whose delivery it is, whether it is genuine, and where it is kept.

`arrivals` finds the account, verifies and stores; `refusals` keeps what was refused on record; `memory` is what each
process knows by heart for when PostgreSQL is away. What is written then is `telephony/spool.py`.
"""
