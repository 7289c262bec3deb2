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
# What checks client/web. npm notes where to give money, too: addresses have no place in a lock.
.venv/bin/npm install --package-lock-only --silent --no-audit --no-fund
.venv/bin/python - <<'END'
import json, pathlib
lock = pathlib.Path("package-lock.json")
content = json.loads(lock.read_text(encoding="utf-8"))
for package in content["packages"].values():
    package.pop("funding", None)
lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
END
