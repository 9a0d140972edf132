# All commands of the project; plain `make` lists them.
# ARGS="..." is passed to the command; PYTHON=... chooses the interpreter for .venv.

.DEFAULT_GOAL := help
.PHONY: help install demo test check format pages bench chaos fuzz image-test lock audit sbom clean
MAKEFLAGS += --no-print-directory

PYTHON ?=
BIN := .venv/bin
STAMP := .venv/.installed
LOCKS := requirements.lock requirements-dev.lock
TOOLS := .venv-tools
BENCH := .venv-bench
ARGS ?=

help:
	@echo 'charthop-ashby: keeps ChartHop jobs and Ashby openings, Ashby hires and ChartHop people in step'
	@echo
	@echo '  make demo       the sync at work on example data (ARGS=--once exits when done)'
	@echo '  make test       the whole test suite (ARGS="-k brake" for a part)'
	@echo
	@echo '  make install    creates .venv with pinned dependencies; the other targets call it first'
	@echo '  make check      ruff, mypy --strict, import contracts'
	@echo '  make format     formats the code as check requires'
	@echo '  make pages      regenerates the tables in docs/ that come from the code'
	@echo '  make bench      the benchmark, six minutes (ARGS=--quick: two; ARGS=--long: 18, with charts)'
	@echo '  make fuzz       two minutes of generated answers, files and texts (make test runs a short form)'
	@echo '  make chaos      the long fault test'
	@echo '  make image-test builds the image and runs its services (needs root, buildah, debootstrap, crun, tini)'
	@echo '  make lock       resolves the dependencies again (ARGS=--upgrade for newer versions)'
	@echo '  make audit      lists known vulnerabilities in the dependencies (needs the internet)'
	@echo '  make sbom       writes the bill of materials, dist/charthop-ashby.cdx.json (CycloneDX)'
	@echo '  make clean      removes what these targets made'

install: $(STAMP)
	@echo 'install: .venv is up to date'

# PYTHON, else the Python of the .venv that is there, else the first one that will do. By version
# first: in an activated virtual environment `python3` would be that one.
define find_python
	set -e; \
	usable() { "$$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }; \
	python='$(PYTHON)'; \
	if [ -n "$$python" ]; then \
		usable "$$python" || { echo "make: $$python is not Python 3.11 or newer with venv; name another: make install PYTHON=/path/to/python3.11" >&2; exit 1; }; \
	else \
		for name in $(BIN)/python python3.13 python3.12 python3.11 python3.14 python3 python; do \
			if usable "$$name"; then python=$$name; break; fi; \
		done; \
		[ -n "$$python" ] || { echo 'make: found no Python 3.11 or newer with venv; install one (on Debian python3 and python3-venv) or name it: make install PYTHON=/path/to/python3.11' >&2; exit 1; }; \
	fi
endef

$(STAMP): $(LOCKS) pyproject.toml
	@$(find_python); \
	version() { "$$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null; }; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1 || [ "$$(version $(BIN)/python)" != "$$(version "$$python")" ]; then \
		echo "install: making .venv with Python $$("$$python" -c 'import sys; print("%d.%d.%d, %s" % (*sys.version_info[:3], sys.executable))')"; \
		rm -rf .venv; \
		"$$python" -m venv .venv; \
	fi
	@echo 'install: installing pinned dependencies from requirements-dev.lock (a minute the first time)'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@echo 'install: linking charthop-ashby'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)
	@$(BIN)/charthop-ashby demo $(ARGS)

test: $(STAMP)
	@$(BIN)/pytest -q -n 4 $(ARGS)

check: $(STAMP)
	@echo 'check: ruff' && $(BIN)/ruff check --quiet .
	@echo 'check: ruff format' && $(BIN)/ruff format --quiet --check . \
		|| { $(BIN)/ruff format --check . | head -20; echo 'check: make format fixes that' >&2; exit 1; }
	@echo 'check: mypy --strict' && $(BIN)/mypy --no-error-summary
	@echo 'check: import contracts' && { out=$$($(BIN)/lint-imports 2>&1) || { echo "$$out"; exit 1; }; }
	@echo 'check: all clean'

format: $(STAMP)
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

pages: $(STAMP)
	@$(BIN)/python -m tools.pages

# What it measures and draws with lives apart from what is run and tested.
$(BENCH)/.installed: requirements-bench.lock $(STAMP)
	@echo 'bench: making .venv-bench from requirements-bench.lock (a minute the first time)'
	@rm -rf $(BENCH) && $(BIN)/python -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

bench: $(BENCH)/.installed
	@$(BENCH)/bin/python -m bench $(ARGS)

fuzz: $(STAMP)
	@FUZZ_EXAMPLES=800 $(BIN)/pytest -q -n 2 --timeout 600 tests/fuzz $(ARGS)

chaos: $(STAMP)
	@$(BIN)/python -m tools.chaos $(ARGS)

image-test: $(STAMP)
	@$(BIN)/python -m tools.image

# uv resolves for every Python and platform at once. It, pip-audit and cyclonedx-bom are needed for
# nothing else, so they live apart.
# The files name no package index: pip takes whichever it is set up with.
$(TOOLS)/bin/uv:
	@echo 'lock: installing uv'
	@$(find_python); [ -x $(TOOLS)/bin/python ] || "$$python" -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install -qq --disable-pip-version-check 'uv==0.13.9'

UV_COMPILE = $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

lock: $(TOOLS)/bin/uv
	@echo 'lock: requirements.lock'
	@$(UV_COMPILE) $(ARGS) pyproject.toml -o requirements.lock >/dev/null
	@echo 'lock: requirements-dev.lock'
	@$(UV_COMPILE) $(ARGS) --extra dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock >/dev/null
	@echo 'lock: requirements-otel.lock'
	@$(UV_COMPILE) $(ARGS) --extra otel --constraint requirements.lock pyproject.toml -o requirements-otel.lock >/dev/null
	@echo 'lock: requirements-mcp.lock'
	@$(UV_COMPILE) $(ARGS) --extra mcp --constraint requirements.lock pyproject.toml -o requirements-mcp.lock >/dev/null
	@echo 'lock: requirements-bench.lock'
	@$(UV_COMPILE) $(ARGS) --extra bench --constraint requirements.lock pyproject.toml -o requirements-bench.lock >/dev/null
	@echo 'lock: requirements-build.lock'
	@$(TOOLS)/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep=chr(10))' \
		| $(UV_COMPILE) $(ARGS) - -o requirements-build.lock >/dev/null

$(TOOLS)/bin/pip-audit:
	@echo 'audit: installing pip-audit'
	@$(find_python); [ -x $(TOOLS)/bin/python ] || "$$python" -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install -qq --disable-pip-version-check 'pip-audit==2.10.1'

audit: $(TOOLS)/bin/pip-audit
	@$(TOOLS)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock $(ARGS)

$(TOOLS)/bin/cyclonedx-py:
	@echo 'sbom: installing cyclonedx-bom'
	@$(find_python); [ -x $(TOOLS)/bin/python ] || "$$python" -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install -qq --disable-pip-version-check 'cyclonedx-bom==7.5.0'

# Of what is installed from requirements.lock and of nothing else; the same lock gives the same file.
sbom: $(TOOLS)/bin/cyclonedx-py
	@mkdir -p dist
	@PYTHONWARNINGS=ignore $(TOOLS)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--output-reproducible --output-format JSON --output-file dist/charthop-ashby.cdx.json $(ARGS)
	@echo 'sbom: dist/charthop-ashby.cdx.json'

clean:
	@rm -rf .venv $(TOOLS) $(BENCH) .image-test .charthop-ashby build dist *.egg-info \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache celerybeat-schedule*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo 'clean: done'
