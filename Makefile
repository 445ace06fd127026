# Two commands do everything: `make demo` and `make test`. Both make what they need in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo run test lint bench schemas apple-schema diagnoses pictures clean

demo: $(READY)
	$(BIN)/mailferry demo

run: $(READY)
	$(BIN)/mailferry

test: $(READY) lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/mailferry lint

bench: $(READY)
	$(BIN)/python bench/run.py

schemas: $(READY)
	for name in account provider theme config people failures; do \
	  $(BIN)/python -m mailferry.model.json_schema $$name > profiles/schemas/$$name.schema.json; done

apple-schema: $(READY)
	$(BIN)/python -m tests.iphone.apple_schema > tui/mailferry/iphone/apple_schema.json

diagnoses: $(READY)
	$(BIN)/python -m tests.behaviours

pictures: $(READY)
	$(BIN)/python docs/pictures/take.py
	$(BIN)/python -m docs.pictures.take_sheet

# The environment is made anew whenever what it is made from has changed.
$(READY): pyproject.toml requirements/dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mailferry needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dist
