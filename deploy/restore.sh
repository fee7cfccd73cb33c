#!/bin/sh
# Put a backup back: restore.sh FILE. Stop portal and worker before; a portal that is not empty asks for --yes as well.
set -eu

[ $# -ge 1 ] || { echo "usage: restore.sh FILE [--yes]" >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
exec "${GATEHOUSE:-$here/.venv/bin/gatehouse}" restore "$@"
