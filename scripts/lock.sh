#!/bin/sh
# Lock the dependencies anew: hashes for all systems, no download addresses. Pins are kept unless --upgrade is given.
# One resolution over every group first, so that any set of groups fits together.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
all=$folder/all.txt
compile() {
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-annotate --no-header "$@"
}
cat requirements/base.txt requirements/desktop.txt requirements/test.txt requirements/lint.txt > "$all"
compile pyproject.toml --all-extras -o "$all" "$@"
for group in base desktop test lint; do
  extra=$([ "$group" = base ] || echo "--extra $group")
  compile pyproject.toml $extra -c "$all" -o "requirements/$group.txt"
done
# What sets up, and what builds the one dependency that is published without a wheel (proxy-tools).
echo "uv" | compile - -o requirements/uv.txt "$@"
echo "setuptools" | compile - -o requirements/build.txt "$@"
