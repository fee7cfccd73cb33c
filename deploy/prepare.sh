#!/bin/sh
# What compose does once before the portal starts: the tables, and a self-signed certificate where FOLDER has none.
# Our group may read its key, and nginx is in that group.
set -eu
folder=${1:?usage: prepare.sh FOLDER}

gatehouse migrate
if [ ! -e "$folder/certificate.pem" ] || [ ! -e "$folder/key.pem" ]; then
    python -c 'from gatehouse.config.certificates import self_signed; self_signed()'
    install -m 0640 "${GATEHOUSE_DATA:-/data}/tls/key.pem" "$folder/key.pem"
    install -m 0644 "${GATEHOUSE_DATA:-/data}/tls/cert.pem" "$folder/certificate.pem"
fi
