# Every command anyone types; `make` alone lists them. `make run POLICIES=../shared/policies` serves another folder.

PYTHON ?= python3
POLICIES ?= samples
# Each folder of policies has an index of its own, so that samples never answer beside real vendors.
DATA ?= data/$(notdir $(abspath $(POLICIES)))
TORCH ?= torch==2.13.0
# PyTorch's own index of CPU builds (PyPI's Linux build brings gigabytes of CUDA). Empty: take torch from the default index alone.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# What `make train` learns from beside TEXTS, and where it keeps what a run that was broken off goes on from.
GOLD ?= ../shared/eval
QUESTIONS := ingest/learning/policies/questions.jsonl ingest/learning/questions.jsonl
LEARNING ?= data/learning

PY := .venv/bin/python
export VPI_DATA_DIR = $(DATA)
# A spinning thread pool on a busy two-core machine took 584 ms for a query that takes 29 ms.
export OMP_WAIT_POLICY = PASSIVE
export TOKENIZERS_PARALLELISM = false

.DEFAULT_GOAL := help
.PHONY: help setup run ingest serve test check format quality bench soak train lock sbom image clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 12

.venv/.installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet --no-deps '$(TORCH)' $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX) --retries 0 --timeout 15)
	$(PY) -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(PY) -m pip install --quiet -e '.[dev]'
	@touch $@

setup: .venv/.installed  ## makes .venv with everything in it (once)

run: setup  ## ingests POLICIES (what has not changed is not read again), serves on 127.0.0.1:8000 and says what to try
	@$(PY) -m ingest run $(POLICIES) || echo 'Not everything could be ingested, see above; what was is served.' >&2
	@$(PY) -m app

ingest: setup  ## reads POLICIES into the index; exit status 1 when a source was refused
	$(PY) -m ingest run $(POLICIES)

serve: setup  ## serves the index there is, and picks up a newer one without a restart
	$(PY) -m app

test: setup  ## all tests; those that read ../shared are skipped by name where it is missing
	$(PY) -m pytest

check: setup  ## format, lint, types, tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest

format: setup  ## writes the format that `check` wants
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

quality: setup  ## precision and recall of facts by kind over ../shared/eval, with the worst misses
	$(PY) -m tests.scoring --misses 5

bench: setup  ## speed, as ratios in one run: ingest and search against the bare model, asking against searching, look-ups against a bare endpoint, growth to 100,000 clauses; kills of an ingest under a searching client
	$(PY) -m tests.bench_ingest
	$(PY) -m tests.bench_search
	$(PY) -m tests.bench_ask
	$(PY) -m tests.bench_lookups
	$(PY) -m tests.bench_scale --clauses 1000 10000 100000
	$(PY) -m tests.bench_kill --kills 25

soak: setup  ## for hours: every write failing in turn, 200 kills of an ingest, 100,000 made-up requests, half an hour under load
	$(PY) -m tests.bench_faults
	$(PY) -m tests.bench_kill --kills 200
	$(PY) -m tests.fuzz --cases 100000
	$(PY) -m tests.bench_soak $(POLICIES) --minutes 30

train: setup  ## learns everything anew, some four hours of one core, from ../shared/eval and the texts of annotated policies in TEXTS (ingest/learning/annotations says which); broken off, it goes on
	@test -f $(GOLD)/score.py || { echo 'The gold is read from $(GOLD), and is not there: make train GOLD=folder' >&2; exit 1; }
	@test -n '$(TEXTS)' || echo 'No TEXTS: nothing is learned of the annotated policies (ingest/learning/annotations/README.md says how to get their texts).' >&2
	$(PY) -m ingest.learning.train_tagger --gold $(GOLD) $(TEXTS:%=--texts %) --keep $(LEARNING)/networks
	$(PY) -m ingest.learning.train_topics --gold $(GOLD) $(TEXTS:%=--texts %) --keep $(LEARNING)/networks
	$(if $(TEXTS),$(PY) -m ingest.learning.train_chinese --gold $(GOLD) --texts $(TEXTS))
	$(PY) -m ingest.learning.train_search --gold $(GOLD) $(TEXTS:%=--texts %) --keep $(LEARNING)/networks
	$(PY) -m index.query_encoder
	$(PY) -m app.asking.topics
	$(PY) -m app.learning.train_chances $(QUESTIONS) --layers $(LEARNING)/networks
	VPI_DATA_DIR=$(LEARNING)/index $(PY) -m ingest run $(GOLD)/docs $(TEXTS)
	$(PY) -m app.learning.weigh $(QUESTIONS) $(GOLD)/questions.jsonl $(LEARNING)/index --layers $(LEARNING)/networks

# torch and what its CUDA build brings are left out: which build there is depends on the machine (see README).
lock: setup  ## writes requirements.lock anew from pyproject.toml: versions and sha256 sums of everything but torch
	$(PY) -m pip install --quiet uv
	$(PY) -m uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-package torch --no-emit-index-url --no-header --quiet \
		| awk '/^[a-z]/ {keep = !/^(nvidia-|cuda-|triton)/} keep' > requirements.lock

sbom: setup  ## writes sbom.cdx.json: a software bill of materials (CycloneDX) of what .venv holds
	$(PY) -m pip install --quiet cyclonedx-bom
	$(PY) -m cyclonedx_py environment $(PY) --pyproject pyproject.toml --output-reproducible -o sbom.cdx.json

image:  ## the container image, with the index of POLICIES baked in
	docker build --target baked --build-context policies=$(POLICIES) --tag vendor-privacy-index .

clean:  ## removes .venv, every index made by `make`, and the networks that an unfinished `make train` left
	rm -rf .venv data
