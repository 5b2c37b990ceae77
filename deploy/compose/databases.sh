#!/bin/bash
# Run once by PostgreSQL's image: creates the users and databases of Registrar and Temporal.
set -euo pipefail
psql --username postgres --set=ON_ERROR_STOP=1 --set=registrar="$REGISTRAR_PASSWORD" --set=temporal="$TEMPORAL_PASSWORD" <<'SQL'
CREATE ROLE registrar LOGIN PASSWORD :'registrar';
CREATE DATABASE registrar OWNER registrar;
CREATE ROLE temporal LOGIN PASSWORD :'temporal';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
SQL
