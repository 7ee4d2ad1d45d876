# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
comma := ,
TORCH ?= 1
BUILD := build/python
WARNINGS_AS_ERRORS ?= OFF
export VENLOC_SHARED ?= $(abspath ../shared)
export CMAKE_CXX_COMPILER_LAUNCHER ?= $(shell command -v ccache)
export CCACHE_NOHASHDIR := 1
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_SLOPPINESS := pch_defines,time_macros

CPP_FILES = $(shell git ls-files '*.cpp' '*.hpp')
NATIVE = CMakeLists.txt pyproject.toml $(wildcard models/*.venloc) \
  $(shell find cmake include src python -name '*.cpp' -o -name '*.hpp' -o -name 'CMakeLists.txt' -o -name '*.cmake')
BUILD_REQUIRES = $(shell sed -n 's/^requires = \[\(.*\)\]/\1/p' pyproject.toml | sed 's/", "/" "/g')
# The version of LibTorch comes from the extra of that name; 2.13.0 and not 2.13.* so that a local CPU build will do.
TORCH_REQUIRES = $(if $(filter 1,$(TORCH)),$(shell sed -n 's/^torch = \["torch>=\([0-9.]*\),.*/torch==\1/p' pyproject.toml))

# Node comes from a Python package, so that every system builds the page with the same one.
PAGE_REQUIRES = $(shell sed -n 's/^page = \["\(.*\)"\]/\1/p' pyproject.toml)
PAGE_FILES = $(shell git ls-files -co --exclude-standard web)
NPM = cd web && PATH="$(abspath $(BIN)):$$PATH" npm --loglevel=error

.PHONY: help setup demo demo-web web model test check evaluate experiments notebooks bench format lint stubs test-cpp test-install test-python test-style \
  test-web test-asan test-tsan

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# --- environment ------------------------------------------------------------------------------------------------------
setup: build/setup.stamp  ## Debian packages, .venv, and the package built in it; TORCH=0 leaves out the networks

build/packages.stamp: packages-debian.txt
	tools/install_packages.sh $<
	@mkdir -p build && touch $@

build/venv.stamp: build/packages.stamp
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q $(BUILD_REQUIRES) $(TORCH_REQUIRES)
	@touch $@

# The C++ tests are configured in the same folder, so that the library is compiled once; test-cpp builds them.
build/setup.stamp: build/venv.stamp $(NATIVE)
	$(BIN)/pip install -q --no-build-isolation -C build-dir=$(BUILD) -C cmake.define.VENLOC_BUILD_TESTS=ON \
	  -C cmake.define.VENLOC_BUILD_EXAMPLES=ON -C cmake.define.VENLOC_WARNINGS_AS_ERRORS=$(WARNINGS_AS_ERRORS) \
	  -C cmake.define.CMAKE_EXPORT_COMPILE_COMMANDS=ON -C cmake.define.VENLOC_WHEEL=OFF -e '.[dev,bench$(if $(TORCH_REQUIRES),$(comma)torch$(comma)parity)]'
	@touch $@

build/page.stamp: build/venv.stamp web/package-lock.json
	$(BIN)/pip install -q "$(PAGE_REQUIRES)"
	$(NPM) ci --no-audit --no-fund
	@touch $@

build/web.stamp: build/page.stamp $(PAGE_FILES)
	$(NPM) run build
	rm -rf python/venloc/web/static && cp -r web/dist python/venloc/web/static
	@touch $@

web: build/web.stamp  ## build the web page into the Python package

# --- use --------------------------------------------------------------------------------------------------------------
demo: setup  ## where the sample pictures were made; PHOTO=path for your own
	$(BIN)/venloc locate $(if $(PHOTO),"$(PHOTO)",examples/pictures/*.jpg)

demo-web: setup web  ## the web page with the default city, at http://127.0.0.1:8000
	$(BIN)/venloc serve --samples examples/pictures

model: setup  ## build the default city from the shared photos
	$(BIN)/venloc train ensemble $(VENLOC_SHARED)/data/venice -o models/venice.venloc --city Venice \
	  --works $(VENLOC_SHARED)/data/paintings/images --set sift.max_features_total=1275000

evaluate: setup  ## accuracy on the shared Venice photos, all protocols
	$(BIN)/python benchmarks/evaluate_protocols.py

experiments: setup  ## what networks are worth here, eight experiments; EXPERIMENT=backbones for one
	for name in $(or $(EXPERIMENT),backbones s2-levels fine-tuning gallery-size ensemble ablation out-of-area paintings); do \
	  $(BIN)/python benchmarks/experiments.py $$name || exit; done

notebooks: setup  ## run the notebooks; with outputs they are in build/notebooks; NOTEBOOK=locate-a-picture for one
	@mkdir -p build/notebooks
	$(BIN)/jupyter execute --output='../../build/notebooks/{notebook_name}' examples/notebooks/$(or $(NOTEBOOK),*).ipynb

bench: setup  ## time, memory and size of every stage
	cmake --preset release > /dev/null && cmake --build --preset release
	$(BIN)/python benchmarks/run.py

# --- work -------------------------------------------------------------------------------------------------------------
test: test-style test-cpp test-install test-python test-web test-asan test-tsan  ## everything CI runs

check: test-cpp test-python  ## the everyday loop

test-cpp: setup
	cmake --build $(BUILD)
	ctest --test-dir $(BUILD) -j 2 --output-on-failure --no-tests=error

test-install: test-cpp
	tests/consumer/run.sh $(BUILD)

test-python: setup web
	$(BIN)/python -m pytest -q

test-web: setup web  ## the web page: types, lint, units, and in Chromium with canned answers and with the real server
	tools/install_packages.sh packages-debian.txt tests
	$(NPM) run check
	$(NPM) run e2e
	PATH="$(abspath $(BIN)):$$PATH" tests/web.sh

test-style: setup
	$(BIN)/clang-format --dry-run --Werror $(CPP_FILES)
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/stubs.py --check

test-asan test-tsan: test-%:
	cmake --preset $* > /dev/null && cmake --build --preset $*
	ctest --preset $* -j 2

format: setup  ## clang-format and ruff format, in place
	$(BIN)/clang-format -i $(CPP_FILES)
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: test-style  ## style, types, stubs and clang-tidy
	printf '%s\n' $(filter src/%.cpp,$(CPP_FILES)) | xargs -P 2 -n 1 $(BIN)/clang-tidy -quiet -p $(BUILD)

stubs: setup  ## write python/venloc/_core.pyi anew from the bindings
	$(BIN)/python tools/stubs.py
