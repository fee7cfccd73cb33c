#!/bin/sh
# Back the portal up into FOLDER (default /var/backups/gatehouse) and keep the newest KEEP backups (default 14).
# The portal may go on running. For cron:  15 3 * * *  gatehouse  /opt/gatehouse/deploy/backup.sh
set -eu
umask 077

folder=${1:-/var/backups/gatehouse}
keep=${KEEP:-14}
here=$(cd "$(dirname "$0")/.." && pwd)
gatehouse=${GATEHOUSE:-$here/.venv/bin/gatehouse}

mkdir -p "$folder"
file=$folder/gatehouse-$(date -u +%Y%m%dT%H%M%SZ).tar.gz
"$gatehouse" backup "$file.part"
mv "$file.part" "$file"
echo "$file"

# Our own dated names hold no blanks, so a line is a file.
ls -1 "$folder"/gatehouse-*.tar.gz | sort -r | tail -n "+$((keep + 1))" | xargs -r rm -f --
