# make book   builds the site into _build/html        make test   runs every test
# make check  data, figures, prose, types, lint       make serve  serves and rebuilds at every change
# make bench  how fast, against what one would use instead
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONHASHSEED = 0

.PHONY: book pdf test check serve figures bench lock page clean env
book: env
	$(BIN)/python -m analysis build

test: env
	$(BIN)/python -m analysis build
	$(BIN)/python -m pytest

check: env
	$(BIN)/ruff format --check press analysis tests
	$(BIN)/ruff check press analysis tests
	$(BIN)/mypy
	$(BIN)/python -m analysis check

serve: env
	$(BIN)/python -m analysis serve

# The site and the whole book as a PDF; needs an installed Chromium
pdf: env
	$(BIN)/python -m analysis pdf

figures: env
	$(BIN)/python -m analysis figures --write

# make page P=costs builds one chapter alone, into _build/page/_build/html
page: env
	$(BIN)/python -m analysis build --page $(P) --into _build/page/_build

# The environment is made anew when the lock changes; the .pth file lets kernels find the package.
env: $(VENV)/.done
$(VENV)/.done: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "report.pth").write_text(str(pathlib.Path.cwd()))'
	touch $@

# Renews the lock from requirements.in; needs network, so nothing else calls it.
lock: env
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-config --upgrade --output-file requirements.lock requirements.in

# Waits and ratios against what one would use instead; CHAPTERS="costs fleet" takes a few. Wants a quiet machine.
bench: env
	$(BIN)/python -m tests.bench.run $(CHAPTERS)

clean:
	rm -rf _build
