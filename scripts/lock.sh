#!/bin/sh
# Make the hash-locked requirements anew: one file a group, for all systems, without download addresses.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
compile() { "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header "$@"; }
echo "uv==$("$uv" --version | cut -d' ' -f2)" | compile - -o requirements/uv.txt
compile pyproject.toml --extra desktop --extra test --extra lint -o requirements/all.txt
compile pyproject.toml -c requirements/all.txt -o requirements/base.txt
for group in desktop test lint; do
  compile pyproject.toml --extra "$group" -c requirements/all.txt -o "requirements/$group.txt"
done
rm requirements/all.txt
