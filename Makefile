# Every target sets up what it needs; a second run of the set-up does nothing.
SETUP = python3 scripts/setup.py
PY = .venv/bin/python
NODE = .venv/bin/node
ARGS ?=

.PHONY: demo client desktop test check lint types bench soak screenshots lock clean

demo:            ## A district of demonstration on this machine; ARGS=--script plays the whole way without a screen
	@$(SETUP)
	@.venv/bin/chungsuc demo $(ARGS)

desktop:         ## The field app in a window (pywebview)
	@$(SETUP) desktop
	@.venv/bin/chungsuc client $(ARGS)

test:            ## All tests; those that know time run in UTC and again in Vietnam's zone
	@$(SETUP) test desktop
	TZ=UTC $(PY) -m pytest
	TZ=Asia/Ho_Chi_Minh $(PY) -m pytest tests/forms tests/sync tests/server/test_time.py
	TZ=UTC $(NODE) --test "tests/web/**/*.test.js"
	TZ=Asia/Ho_Chi_Minh $(NODE) --test "tests/web/**/*.test.js"

check: lint types test  ## What a change has to pass

lint:
	@$(SETUP) lint
	$(PY) -m ruff check .
	$(PY) -m mypy

types:
	@$(SETUP) lint
	$(NODE) node_modules/typescript/bin/tsc -p tsconfig.json
	$(NODE) node_modules/typescript/bin/tsc -p tsconfig.worker.json

bench:           ## Ratios of one run, medians
	@$(SETUP) test
	@$(PY) -m tests.bench $(ARGS)

soak:            ## The same properties with many more examples
	@$(SETUP) test desktop
	CHUNGSUC_SOAK=1 $(PY) -m pytest $(ARGS)

screenshots:     ## Take the pictures of docs/ again
	@$(SETUP) test desktop
	$(PY) scripts/screenshots.py $(ARGS)

lock:            ## Lock the dependencies anew (hashes, all systems)
	@$(SETUP) test lint
	./scripts/lock.sh

clean:
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
