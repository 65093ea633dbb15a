#!/bin/sh
# Print the path of a uv that works, installing one into .tools/ when the machine has none.
set -eu
cd "$(dirname "$0")/.."
if command -v uv >/dev/null 2>&1; then command -v uv; exit 0; fi
tool=.tools/uv
if [ ! -x "$tool/bin/uv" ]; then
  python=${PYTHON:-python3}
  rm -rf "$tool"
  if "$python" -m venv "$tool" >/dev/null 2>&1; then
    "$tool/bin/pip" install --quiet --disable-pip-version-check uv >&2
  elif "$python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$tool"
    "$python" -m pip install --quiet --disable-pip-version-check --target "$tool" uv >&2
  else
    rm -rf "$tool"
    echo "rtclens needs uv, or a Python with venv or pip to install it (Debian: apt-get install python3-venv)." >&2
    exit 1
  fi
fi
echo "$PWD/$tool/bin/uv"
