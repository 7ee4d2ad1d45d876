# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
BUILD := build/python
JOBS ?= $(shell nproc 2> /dev/null || getconf _NPROCESSORS_ONLN)
WARNINGS_AS_ERRORS ?= OFF
export VENLOC_SHARED ?= $(abspath ../shared)
export CMAKE_CXX_COMPILER_LAUNCHER ?= $(shell command -v ccache)
export CCACHE_NOHASHDIR := 1
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_SLOPPINESS := pch_defines,time_macros

# What is set up. The demo needs neither tests nor LibTorch, and takes what is there when more has been set up before;
# everything else sets up all. TORCH=0 and TORCH=1 decide otherwise.
SET_UP := $(shell cat build/config 2> /dev/null)
ifeq ($(filter-out demo demo-web test-examples,$(MAKECMDGOALS)),)
  FULL ?= $(if $(filter full=1,$(SET_UP)),1,0)
  TORCH ?= $(if $(filter torch=1,$(SET_UP)),1,0)
else
  FULL ?= 1
  TORCH ?= 1
endif
# Nothing is compiled for the demo where there is a wheel, nothing was compiled before and LibTorch is not requested.
WHEELS := $(if $(SET_UP)$(filter 1,$(FULL)$(TORCH))$(filter test-examples,$(MAKECMDGOALS)),,$(wildcard dist/venloc-*.whl))
# Several files are compiled as one, in half the time; UNITY=0 compiles each by itself, which is quicker after small changes.
UNITY ?= $(if $(filter unity=0,$(SET_UP)),0,1)
SWITCH = $(if $(filter 1,$1),ON,OFF)
DEFINES = VENLOC_WITH_TORCH=$(call SWITCH,$(TORCH)) VENLOC_BUILD_TESTS=$(call SWITCH,$(FULL)) \
  VENLOC_BUILD_EXAMPLES=$(call SWITCH,$(FULL)) VENLOC_WARNINGS_AS_ERRORS=$(WARNINGS_AS_ERRORS) VENLOC_WHEEL=OFF \
  CMAKE_UNITY_BUILD=$(call SWITCH,$(UNITY)) \
  CMAKE_EXPORT_COMPILE_COMMANDS=ON
comma := ,
EXTRAS = $(if $(filter 1,$(FULL)),[dev$(comma)bench$(if $(filter 1,$(TORCH)),$(comma)torch$(comma)parity)])
STAGE = @echo "== $1"
PIP = $(BIN)/pip install -q --disable-pip-version-check --retries 2
OR_EXPLAIN = || { echo "pip failed: check the network connection, pip's index settings and free disk space, then run the same command again." >&2; exit 1; }

CPP_FILES = $(shell git ls-files '*.cpp' '*.hpp')
NATIVE = CMakeLists.txt pyproject.toml tools/docstrings.py $(wildcard models/*.venloc) \
  $(shell find cmake include src python -name '*.cpp' -o -name '*.hpp' -o -name '*.in' -o -name 'CMakeLists.txt' -o -name '*.cmake' -o -name '*.map')
PAGE_FILES = $(shell find web \( -name node_modules -o -name dist -o -name '*-re*' \) -prune -o -type f -print)
NPM = cd web && PATH="$(abspath $(BIN)):$$PATH" npm --loglevel=error

.PHONY: help setup demo demo-web web docs model test check check-all evaluate experiments figures notebooks bench wheel sdist format lint stubs test-cpp \
  test-headers test-install test-python test-docs test-style test-words test-web test-asan test-tsan test-single test-dependencies test-examples test-machines test-wheel FORCE

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# --- environment ------------------------------------------------------------------------------------------------------
setup: .venv/setup.stamp  ## Debian packages, .venv, and the package built in it; TORCH=0 leaves out LibTorch

PLANS := $(addprefix build/plan-,wheel.stamp demo.stamp full.stamp full-torch.stamp)
$(PLANS): build/plan-%.stamp:
	@tools/check_machine.sh plan $*
	@mkdir -p build && touch $@
PLAN = build/plan-$(if $(WHEELS),wheel,$(if $(filter 1,$(FULL)),full$(if $(filter 1,$(TORCH)),-torch),demo)).stamp

PACKAGES := $(addprefix build/packages-,run.stamp build.stamp tests.stamp browser.stamp docs.stamp machine.stamp wheel.stamp)
$(PACKAGES): build/packages-%.stamp: packages-debian.txt | $(PLAN)
	$(call STAGE,system packages to $*)
	@tools/install_packages.sh $< $*
	@touch $@

# Stamps of what is in .venv are kept there, so that they go with it.
.venv/made.stamp: | build/packages-run.stamp
	$(call STAGE,.venv)
	@$(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make .venv: install Python 3.10 or newer with its venv module." >&2; exit 1; }
	@touch $@

.venv/requirements.stamp: .venv/made.stamp pyproject.toml tools/requirements.py build/packages-build.stamp
	$(call STAGE,packages to build with)
	@tools/check_machine.sh tools $(BIN)/python
	@$(BIN)/python tools/requirements.py build > build/requirements.txt && $(PIP) -r build/requirements.txt $(OR_EXPLAIN)
	@touch $@

# The lowest version that the extra allows, exactly, so that a local CPU build of it will do.
.venv/torch.stamp: .venv/requirements.stamp
	$(call STAGE,LibTorch)
	@$(BIN)/python tools/requirements.py torch --lowest > build/torch.txt && $(PIP) -r build/torch.txt $(OR_EXPLAIN)
	@touch $@

# Written anew only when something else is to be set up.
build/config: FORCE
	@mkdir -p build && echo "full=$(FULL) torch=$(TORCH) unity=$(UNITY) werror=$(WARNINGS_AS_ERRORS)" > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# CMake and Ninja are called directly because pip hides how far they are; pip then finds everything compiled. The tests are
# configured in the same folder, so that the library is compiled once; test-cpp builds them.
.venv/setup.stamp: .venv/requirements.stamp build/config $(NATIVE) \
    $(if $(filter 1,$(TORCH)),.venv/torch.stamp) $(if $(filter 1,$(FULL)),build/packages-tests.stamp)
	$(call STAGE,compile)
	@cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release -DVENLOC_BUILD_PYTHON=ON \
	  -DPython_EXECUTABLE="$(CURDIR)/$(BIN)/python" -Dpybind11_DIR="$$($(BIN)/python -m pybind11 --cmakedir)" $(DEFINES:%=-D%) > /dev/null
	@cmake --build $(BUILD) --target venloc_python --parallel $(JOBS)
	$(call STAGE,install into .venv)
	@$(PIP) --no-build-isolation --config-settings build-dir=$(BUILD) $(DEFINES:%=--config-settings cmake.define.%) -e '.$(EXTRAS)' $(OR_EXPLAIN)
	@touch $@

.venv/wheel.stamp: .venv/made.stamp $(WHEELS)
	$(call STAGE,install the wheel)
	@if $(PIP) --no-index --no-deps --force-reinstall --only-binary :all: --find-links dist venloc 2> /dev/null; then \
	  $(PIP) --find-links dist venloc $(OR_EXPLAIN); touch $@; \
	else \
	  echo "No wheel in dist/ is for this Python and system: venloc is compiled."; \
	  $(MAKE) --no-print-directory setup FULL=$(FULL) TORCH=$(TORCH) WHEELS=; \
	fi

# Node comes from a Python package, so that every system builds the page with the same one.
.venv/page.stamp: .venv/made.stamp pyproject.toml web/package-lock.json
	@$(BIN)/python tools/requirements.py page > build/page.txt && $(PIP) -r build/page.txt $(OR_EXPLAIN)
	$(NPM) ci --no-audit --no-fund
	@touch $@

build/web.stamp: .venv/page.stamp $(PAGE_FILES)
	$(NPM) run build
	rm -rf python/venloc/web/static && cp -r web/dist python/venloc/web/static
	@touch $@

web: build/web.stamp  ## build the web page into the Python package

.venv/server.stamp: .venv/made.stamp pyproject.toml
	@$(BIN)/python tools/requirements.py web > build/server.txt && $(PIP) -r build/server.txt $(OR_EXPLAIN)
	@touch $@

# --- use --------------------------------------------------------------------------------------------------------------
demo: $(if $(WHEELS),.venv/wheel.stamp,.venv/setup.stamp)  ## where the sample pictures were made; PHOTO=path for your own
	$(call STAGE,locate)
	$(BIN)/venloc locate $(if $(PHOTO),"$(PHOTO)",examples/pictures/*.jpg)

demo-web: .venv/setup.stamp .venv/server.stamp web  ## the web page with the default city, at http://127.0.0.1:8000
	$(BIN)/venloc serve --samples examples/pictures

docs: setup build/packages-docs.stamp  ## the documentation site, into build/site
	$(call STAGE,documentation)
	@mkdir -p build/doxygen
	doxygen docs/Doxyfile
	$(BIN)/python -m sphinx -W --keep-going -d build/doctrees -b html docs build/site

model: setup  ## build the default city from the shared photos
	$(BIN)/venloc build $(VENLOC_SHARED)/data/venice -o models/venice.venloc --method ensemble --no-evaluation --city Venice \
	  --artworks $(VENLOC_SHARED)/data/paintings/images --set sift.max_features_total=1275000

evaluate: setup  ## accuracy on the shared Venice photos, all protocols
	$(BIN)/python benchmarks/evaluate_protocols

experiments: setup  ## how networks perform here, eight experiments; EXPERIMENT=backbones for one
	for name in $(or $(EXPERIMENT),backbones s2-levels fine-tuning gallery-size ensemble ablation out-of-area paintings); do \
	  $(BIN)/python benchmarks/experiments $$name || exit; done

figures: setup  ## draw the figures of docs/how-it-works.md and README.md
	$(BIN)/python docs/figures/draw.py

notebooks: setup  ## run the notebooks; with outputs they are in build/notebooks; NOTEBOOK=locate-a-picture for one
	@mkdir -p build/notebooks
	$(BIN)/jupyter execute --output='../../build/notebooks/{notebook_name}' examples/notebooks/$(or $(NOTEBOOK),*).ipynb

bench: setup  ## time, memory and size of every stage
	cmake --preset release > /dev/null && cmake --build --preset release
	$(BIN)/python benchmarks/run.py

# One for each Python: PYTHONS="3.11 3.13", or paths of interpreters. The libraries inside are built once, which takes a quarter
# of an hour; WHEEL_CACHE can be shared between checkouts.
PYTHONS ?= $(PYTHON)
WHEEL_CACHE ?= build/wheel
wheel: web build/packages-build.stamp build/packages-wheel.stamp  ## a self-contained wheel in dist/; PYTHONS="3.11 3.13" for several
	JOBS=$(JOBS) packaging/wheel.sh "$(WHEEL_CACHE)" dist $(PYTHONS)

sdist: web .venv/requirements.stamp  ## the source package in dist/, with the page inside
	$(BIN)/python -c "import scikit_build_core.build as build; print('dist/' + build.build_sdist('dist'))"

# --- development ------------------------------------------------------------------------------------------------------
# What takes long and rarely fails is left to make test: each of seventeen networks, notebooks, code of the documentation.
SLOW_CASES := ^features_torch:networks: (stages of|.* can be trained)
QUICK := $(filter check,$(MAKECMDGOALS))
check: test-words test-cpp test-python  ## the everyday tests, a few minutes

test: test-style test-cpp test-dependencies test-install test-python test-docs test-web test-asan  ## everything CI runs

check-all: test test-tsan test-single test-headers test-machines test-wheel  ## that, threads, headers alone, and fresh Debian 12 and 13 as a newcomer has them

test-cpp: setup
	$(call STAGE,C++ tests)
	@cmake --build $(BUILD)
	ctest --test-dir $(BUILD) -j 2 --output-on-failure --no-tests=error $(if $(QUICK),-E "$(SLOW_CASES)")

test-dependencies: test-cpp
	$(call STAGE,what the build read)
	$(BIN)/python tools/check_dependencies.py $(BUILD)

# A static library and a part of another project are compiled anew, which takes minutes: not in make test.
test-install: test-cpp
	$(call STAGE,programs that use the library)
	tests/consumer/run.sh $(BUILD) $(if $(filter test,$(MAKECMDGOALS)),installed,all)

test-python: setup web
	$(call STAGE,Python tests)
	$(BIN)/python -m pytest -q $(if $(QUICK),-m "not slow")

# The blocks of code on the pages are run by the Python tests.
test-docs: docs web  ## the documentation site: no warning, nothing loaded from elsewhere, and questions that its search answers
	$(call STAGE,documentation site)
	$(BIN)/python tests/site/check_site.py build/site
	$(BIN)/node tests/site/search.mjs build/site

test-web: setup web build/packages-browser.stamp  ## the web page: types, lint, units, and in Chromium with canned answers and with the real server
	$(call STAGE,web page)
	$(NPM) run check
	$(NPM) run e2e
	PATH="$(abspath $(BIN)):$$PATH" tests/web.sh

test-words: setup  ## spelling, and words that no text uses
	$(call STAGE,words)
	$(BIN)/python tools/words.py
	git ls-files | xargs $(BIN)/codespell

test-style: setup test-words
	$(call STAGE,style and types)
	$(BIN)/clang-format --dry-run --Werror $(CPP_FILES)
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/function_length.py src include python/venloc
	$(BIN)/python tools/stubs.py --check

# Under ASan these cases take as long as all others together: make check-all runs them too.
LONG_CASES := ensemble locator: (finds new views|artworks are recognised|the answer is that)|sift locator: a gallery of 200
test-asan test-tsan: test-%:
	$(call STAGE,$* build and tests)
	cmake --preset $* > /dev/null && cmake --build --preset $*
	ctest --preset $* -j 2 $(if $(filter check-all,$(MAKECMDGOALS)),,-E "$(LONG_CASES)")

test-single: setup  ## each C++ file compiled by itself, which shows a missing #include
	cmake --preset dev > /dev/null && cmake --build --preset dev

test-headers: setup  ## each public header compiled by itself
	$(call STAGE,public headers)
	cmake --build $(BUILD) --target headers

test-examples: demo  ## README's first examples and pip install .
	tests/readme_examples.sh

test-machines: build/packages-machine.stamp
	tests/fresh_machine.sh bookworm test-examples
	tests/fresh_machine.sh trixie test-examples

test-wheel: PYTHONS := 3.11 3.13
test-wheel: setup wheel build/packages-machine.stamp  ## self-contained wheels where there is nothing but Python
	packaging/test_wheel.sh bookworm
	packaging/test_wheel.sh trixie

format: setup  ## clang-format and ruff format, in place
	$(BIN)/clang-format -i $(CPP_FILES)
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: test-style  ## style, types, stubs and clang-tidy
	printf '%s\n' $(filter src/%.cpp,$(CPP_FILES)) | xargs -P 2 -n 1 $(BIN)/clang-tidy -quiet -p $(BUILD)

stubs: setup  ## write python/venloc/_core.pyi anew from the bindings
	$(BIN)/python tools/stubs.py
