#!/usr/bin/env bash
# Ringside's three roles and its database, for the first start of compose.yaml's postgres; see docs/security.md.
set -euo pipefail

psql --variable ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --variable owner_password="$OWNER_PASSWORD" --variable app_password="$APP_PASSWORD" <<'SQL'
create role rs_owner login password :'owner_password';
create role rs_app login password :'app_password';
create role rs_search nologin;
grant rs_search to rs_owner with inherit true, set true;
create database ringside owner rs_owner;
SQL
