#!/bin/sh
# Rewrites every golden file: runs each script of this folder in the reference environment, one
# after the other, and stops at the first that fails (a module that others import does nothing). Run: npm run references
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python="$here/../../.references/venv/bin/python"
[ -x "$python" ] || {
  echo "no reference environment: run \`npm run references:env\` first" >&2
  exit 2
}
for script in "$here"/*.py; do
  [ -e "$script" ] || continue
  echo "$(basename "$script")" >&2
  OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 "$python" "$script"
done
