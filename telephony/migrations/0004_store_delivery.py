"""The function by which the door stores a delivery in one message (telephony/door/express.py)."""

from django.db import migrations

CREATE = """
create function store_delivery(
    of_company bigint, at_address bigint, at_version text, its_key text, its_body bytea, its_headers jsonb,
    sender inet, received timestamptz
) returns bigint language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    company_before text := coalesce(current_setting('app.company_id', true), '');
    stored bigint;
begin
    perform set_config('app.company_id', of_company::text, true);
    perform set_config('lock_timeout', '2000', true);
    insert into telephony_webhookevent (
        company_id, account_id, provider, dedupe_key, body, headers, ip, received_at,
        work_state, attempts, next_at, error, unrouted_because, call_ref
    )
    select of_company, account.id, account.provider, its_key, its_body, its_headers, sender, received,
           'due', 0, received, '', '', ''
      from telephony_webhookaddress address
      join telephony_provideraccount account
        on account.id = address.account_id and account.company_id = address.company_id
     where address.id = at_address and address.is_active
       and account.company_id = of_company and account.is_active and account.xmin::text = at_version
    on conflict do nothing returning id into stored;
    perform set_config('app.company_id', company_before, true);
    return stored;
end $$
"""
DROP = "drop function store_delivery(bigint, bigint, text, text, bytea, jsonb, inet, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("telephony", "0003_american_spelling")]

    operations = [migrations.RunSQL(CREATE, DROP)]
