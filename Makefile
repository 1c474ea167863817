# Needs python 3.11 or newer, its pip and make; everything else is installed into .venv.
# Without make: see the command behind each target, they are plain python and pip lines.

PYTHON ?= python3
# Twice -q: errors only, so that a build log shows what went wrong and nothing else.
PIP_INSTALL := -m pip --disable-pip-version-check install -q -q

VENV := .venv
OLDEST := .venv-oldest
RUN := $(VENV)/bin/python

.DEFAULT_GOAL := help
# Two installs at once would write the same build files.
.NOTPARALLEL:
.PHONY: reports test test-oldest browser lint docs bench setup clean help

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

setup: $(VENV)/.installed  ## install the locked dependencies into .venv

reports: setup  ## build the report of every wijk
	$(RUN) -m nplv_analysis batch

test: setup  ## run the tests with the locked dependencies
	$(RUN) -m nplv_analysis test

# What a browser shows of a page does not depend on these versions, so `make test` alone looks at it.
test-oldest: $(OLDEST)/.installed  ## run the tests with the oldest supported dependencies
	NPLV_BROWSER=no $(OLDEST)/bin/python -m nplv_analysis test

browser:  ## get axe-core, which the browser tests need beside Chromium; with npm
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
		echo "Chromium is not there; on Debian: apt-get install chromium"

lint: setup  ## check format, style and types
	$(RUN) -m nplv_analysis lint

docs: setup  ## build the documentation and the course in build/docs
	$(RUN) -m nplv_analysis docs

bench: setup  ## measure how fast it is
	$(RUN) -m nplv_analysis bench

clean:  ## remove both environments, the caches and the built files (not data, not reports)
	rm -rf $(VENV) $(OLDEST) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamp goes first and comes back last: an install that fails halfway leaves none.
$(VENV)/.installed: pyproject.toml constraints.txt
	rm -f $@
	$(PYTHON) -m venv $(VENV)
	$(RUN) $(PIP_INSTALL) -c constraints.txt -e ".[dev]"
	touch $@

$(OLDEST)/.installed: pyproject.toml constraints-oldest.txt
	rm -f $@
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python $(PIP_INSTALL) -c constraints-oldest.txt -e ".[test]"
	touch $@
