# make book   builds the site into _build/html        make test   runs every test
# make check  data, figures, prose, types, lint       make serve  serves and rebuilds at every change
# make lab    JupyterLab, every chapter as a notebook
# make bench  how fast, against what one would use instead
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONHASHSEED = 0

.PHONY: book pdf test quick check serve lab figures bench lock page clean env tools
.PHONY: experiments experiments-env experiments-test experiments-lock
book: env
	$(BIN)/python -m analysis build

test: tools
	$(BIN)/python -m analysis build
	$(BIN)/python -m pytest -n auto --dist worksteal

# Everything but builds, browser and damaged inputs: under a minute
quick: tools
	$(BIN)/python -m pytest -n auto -m "not slow and not site and not browser and not trust"

check: tools
	$(BIN)/ruff format --check press analysis tests
	$(BIN)/ruff check press analysis tests
	$(BIN)/mypy
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/python -m analysis check

serve: env
	$(BIN)/python -m analysis serve

# The site and the whole book as a PDF; needs an installed Chromium
pdf: env
	$(BIN)/python -m analysis pdf

figures: env
	$(BIN)/python -m analysis figures --write

# JupyterLab, fetched when first asked for; what is locked keeps its version
lab: env
	test -x $(BIN)/jupyter-lab || $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.lock jupyterlab
	$(BIN)/jupytext-config set-default-viewer markdown
	$(BIN)/jupyter-lab --notebook-dir=book

# make page P=costs builds one chapter alone, into _build/page/_build/html
page: env
	$(BIN)/python -m analysis build --page $(P) --into _build/page/_build

# The environment is made anew when its lock changes: pip installs uv by its hash, uv the rest. The
# .pth file lets kernels find the packages. Tests and checks add what only they need.
env: $(VENV)/.done
$(VENV)/.done: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	awk '/^[a-z]/ { mine = /^uv==/ } mine' requirements.lock > $(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "report.pth").write_text(str(pathlib.Path.cwd()))'
	touch $@

tools: $(VENV)/.tools
$(VENV)/.tools: $(VENV)/.done requirements-test.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-test.lock
	touch $@

# Claims 3 to 5 on trial, in an environment of their own (experiments/README.md). TORCH tells pip
# where PyTorch's CPU build is: --find-links FOLDER, or --extra-index-url ADDRESS.
TRIAL := experiments/.venv
LOCKS := requirements.lock requirements-test.lock experiments/requirements.lock
GCIDE ?= experiments/.text/gcide.dict.dz
export GCIDE
experiments: experiments-env $(GCIDE)
	for each in moe mtp mla mini; do $(TRIAL)/bin/python -m experiments $$each || exit; done

experiments-test: experiments-env
	REQUIRE_TORCH=1 $(TRIAL)/bin/python -m pytest tests/experiments

experiments-env: $(TRIAL)/.done
$(TRIAL)/.done: $(LOCKS)
	rm -rf $(TRIAL)
	$(PYTHON) -m venv $(TRIAL)
	$(TRIAL)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes $(TORCH) $(LOCKS:%=-r %)
	touch $@

experiments/.text/gcide.dict.dz:
	mkdir -p $(@D)
	cd $(@D) && apt-get download dict-gcide
	dpkg-deb --fsys-tarfile $(@D)/dict-gcide_*.deb | tar -xO ./usr/share/dictd/gcide.dict.dz > $@.partial
	mv $@.partial $@

# Renews both locks from requirements*.in; needs network, so nothing else calls it.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-config
lock: env
	$(COMPILE) --upgrade --output-file requirements.lock requirements.in
	$(COMPILE) --upgrade --constraint requirements.lock --output-file requirements-test.lock requirements-test.in

# Renews the experiments' lock; TORCH as above
experiments-lock: env
	$(BIN)/uv pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes --no-header --no-annotate --no-config $(TORCH) --constraint requirements.lock --no-emit-index-url --no-emit-find-links --output-file experiments/requirements.lock experiments/requirements.in

# Waits and ratios against what one would use instead; CHAPTERS="costs fleet" takes a few. Wants a quiet machine.
bench: tools
	$(BIN)/python -m tests.bench.run $(CHAPTERS)

clean:
	rm -rf _build
