# Every target sets up what it needs; a second run of the set-up does nothing.
SETUP = python3 scripts/setup.py
PY = .venv/bin/python
NODE = .venv/bin/node
ARGS ?=
# Files of tests side by side, as many as there are cores.
SIDE_BY_SIDE = -n auto --maxprocesses 4 --dist loadfile
# The tests that know time run a second time in Vietnam's zone.
ZONED = tests/forms tests/sync
NODE_TESTS = "tests/web/**/*.test.js"

.PHONY: demo client desktop test check lint types bench soak screenshots lock clean help

help:            ## What can be made
	@grep -hE '^[a-z ]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 16

demo:            ## A district of demonstration data on this machine (ARGS="--help" tells more)
	@$(SETUP)
	@.venv/bin/chungsuc demo $(ARGS)

desktop:         ## The field app in a window
	@$(SETUP) desktop
	@.venv/bin/chungsuc client $(ARGS)

client: desktop

test:            ## All tests: pytest and node, in UTC and (what knows time) in Vietnam's zone
	@$(SETUP) test desktop
	@failed=; \
	run() { echo "== $$*"; env "$$@" || failed=yes; }; \
	run TZ=UTC $(PY) -m pytest $(SIDE_BY_SIDE) $(ARGS); \
	run TZ=Asia/Ho_Chi_Minh $(PY) -m pytest $(SIDE_BY_SIDE) $(ZONED); \
	run TZ=UTC $(NODE) --test $(NODE_TESTS); \
	run TZ=Asia/Ho_Chi_Minh $(NODE) --test $(NODE_TESTS); \
	test -z "$$failed"

check: lint types test ## What a change has to pass

lint:            ## ruff and mypy
	@$(SETUP) lint
	$(PY) -m ruff check .
	$(PY) -m mypy

types:           ## client/web and the preview: JSDoc types, and nothing that Chrome 96 (the phones of November 2021) lacks
	@$(SETUP) lint
	$(NODE) node_modules/typescript/bin/tsc -p tsconfig.json
	$(NODE) node_modules/typescript/bin/tsc -p tsconfig.worker.json
	! $(NODE) node_modules/doiuse/bin/cli.js -b "chrome 96" -i css-masks,css-clip-path client/web/styles/*.css 2>&1 | grep .

bench:           ## How fast things are: ratios of one run, medians
	@$(SETUP) test
	@$(PY) -m tests.bench $(ARGS)

soak:            ## The properties with many more examples
	@$(SETUP) test desktop
	CHUNGSUC_SOAK=1 $(PY) -m pytest $(SIDE_BY_SIDE) $(ARGS)

screenshots:     ## Take the pictures of docs/ again
	@$(SETUP) test desktop
	$(PY) scripts/screenshots.py $(ARGS)

lock:            ## Lock the dependencies anew (ARGS=--upgrade: the newest of everything)
	@$(SETUP) test lint
	sh scripts/lock.sh $(ARGS)

clean:           ## Remove what the set-up and the tests made
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
