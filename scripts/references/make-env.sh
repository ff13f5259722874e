#!/bin/sh
# Makes .references/venv: torch, transformers, TRL, PEFT and SciPy in pinned versions, from PyPI or
# from whatever index pip is configured for. Goldens are committed, so `npm test` needs none of it;
# the scripts beside this file and `npm run bench -- --peers` do. Run: npm run references:env
#
# Linux wheels of torch link the CUDA libraries even where there is no GPU (4.6 GB in all). An
# index with CPU wheels of torch (PIP_EXTRA_INDEX_URL) saves 3 GB of them: they are installed only
# when torch cannot be imported without.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
environment="$root/.references/venv"
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "the reference environment needs Python 3.11 or newer; set PYTHON" >&2
  exit 2
}
[ -x "$environment/bin/python" ] || "$python" -m venv "$environment"
install() {
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --only-binary :all: --requirement "$1"
}
install "$here/requirements.txt"
if ! "$environment/bin/python" -c 'import torch' 2>/dev/null; then
  install "$here/requirements-cuda-libraries.txt"
fi
"$environment/bin/python" - <<'PYTHON'
import peft, torch, transformers, trl

print(f"torch {torch.__version__}, transformers {transformers.__version__}, "
      f"trl {trl.__version__}, peft {peft.__version__}")
PYTHON
