# What there is to run here. `make` lists it.

CARGO ?= cargo
TERRIER_TEST_VENV ?= $(CURDIR)/.venv
export TERRIER_TEST_VENV

# Asked of Cargo, because CARGO_TARGET_DIR or a user's configuration may move it.
target_dir = $(shell $(CARGO) metadata --no-deps --format-version 1 | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')

.DEFAULT_GOAL := help
.PHONY: help tools release demo bench bench-engine instructions throughput peers accuracy test-deps test test-hyperscan no-egress lint fmt clippy deny rules soak package clean

help: ## List what there is to run
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

tools:
	@scripts/ensure-tools.sh cc make git cargo

# The engine's second backend is built in where its library is. Evaluated when it is used: `tools` may have installed the compiler.
hyperscan = $(if $(shell scripts/has-hyperscan.sh && echo yes),--features terrier-cli/hyperscan)

release: tools
	@echo "$(if $(hyperscan),libhs is here: with the engine's second backend,no libhs here: without the engine's second backend)"
	$(CARGO) build --release --locked -p terrier-cli -p terrier-sim $(hyperscan)

# The demo shows the second backend where it is there; the first is faster, and is what everything else uses.
demo: export TERRIER_ENGINE ?= $(if $(hyperscan),hyperscan,rust)
demo: release ## Scan a made-up company's share and show what was found
	@scripts/demo.sh "$(target_dir)/release"

bench: release ## Measure how fast this machine classifies; BENCH="--size 256M" and the like are passed on
	"$(target_dir)/release/terrier" bench $(BENCH)

# A workspace of its own. `--bench` is what Cargo hands to benchmarks; a filter and the options of divan follow.
bench-engine: tools ## Measure the engine stage by stage, and with each set of instructions; BENCH="mixed-clean" and the like are passed on
	$(CARGO) bench --locked --manifest-path benches/engine/Cargo.toml --target-dir "$(target_dir)/engine" --bench stages -- $(BENCH)
	$(CARGO) run --release --locked --manifest-path benches/engine/Cargo.toml --target-dir "$(target_dir)/engine" --bin engine-in-turns

instructions: ## Count the engine's instructions under valgrind and compare them with those expected; INSTRUCTIONS=--update writes them
	@scripts/ensure-tools.sh cc make git cargo python3-venv valgrind
	$(CARGO) build --release --locked --manifest-path benches/engine/Cargo.toml --target-dir "$(target_dir)/engine" --bin engine-once
	@if command -v valgrind >/dev/null; then \
		scripts/instructions.py "$(target_dir)/engine/release/engine-once" $(INSTRUCTIONS); \
	fi

# A workspace of its own: nothing else here builds the peers.
peers: tools ## Compare with other engines and scanners, which are installed for it; PEERS="--only ripgrep" and the like are passed on
	@CARGO="$(CARGO)" scripts/peers.sh "$(target_dir)" $(PEERS)

accuracy: release ## Score Terrier and others on labelled corpora; CORPORA=DIR, and EVAL="--extended-rules" and the like are passed on
	@scripts/accuracy.sh "$(target_dir)" "$(CORPORA)" $(EVAL)

test-deps:
	@scripts/ensure-tools.sh cc make git cargo python3-venv tesseract postgres mariadbd redis-server strace
	@scripts/install-test-deps.sh "$(TERRIER_TEST_VENV)"

# `cargo test` without a choice of targets builds the examples as programs, which the tests of the workers start; with `--all-targets` it
# does not. It runs the examples in the documentation too.
test: test-deps ## Run every test but the soak, real S3 servers included
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		set -ex; \
		$(CARGO) nextest run --workspace --locked --no-fail-fast; \
		$(CARGO) test --workspace --locked --doc --quiet; \
	else \
		set -ex; $(CARGO) test --workspace --locked --no-fail-fast; \
	fi

# Alone, since the workspace's tests need no library.
test-hyperscan: ## Run the engine's tests with its second backend too; needs libhs (Debian: libhyperscan-dev or libvectorscan-dev)
	$(CARGO) test -p terrier-classify --locked --features hyperscan --lib engine

no-egress: test-deps ## Run the end-to-end tests where only this machine can be reached, and fail where anything tries to reach elsewhere
	$(CARGO) build --workspace --tests --bins --examples --locked
	scripts/no-egress.sh $(CARGO) test --offline --locked --workspace --test e2e --test it -- --skip egress::nothing --skip egress::a_connection

lint: fmt clippy deny rules ## Check form, lints, licences and the rules

fmt:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path benches/peers/Cargo.toml --check
	$(CARGO) fmt --manifest-path benches/engine/Cargo.toml --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check

clippy:
	$(CARGO) clippy --workspace --locked --all-targets -- -D warnings

deny:
	@$(CARGO) deny --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-deny
	$(CARGO) deny --locked check --hide-inclusion-graph bans licenses sources
	$(CARGO) deny --locked --manifest-path benches/peers/Cargo.toml check --hide-inclusion-graph bans licenses sources
	$(CARGO) deny --locked --manifest-path benches/engine/Cargo.toml check --hide-inclusion-graph bans licenses sources

# Built with the whole workspace, as the tests are: alone, its dependencies would have other features and be compiled again.
rules:
	$(CARGO) build --workspace --all-targets --locked
	"$(target_dir)/debug/terrier" rules check
	"$(target_dir)/debug/terrier" rules check --extended-rules

soak: release test-deps ## Prove the big promises: 4 GiB, 200,000 objects, twenty kills (takes most of an hour)
	"$(TERRIER_TEST_VENV)/bin/python" scripts/soak.py --bin "$(target_dir)/release"

throughput: release test-deps ## Measure whole scans beside the engine alone; THROUGHPUT="--gib 2 --only text" and the like are passed on
	"$(TERRIER_TEST_VENV)/bin/python" scripts/throughput.py --bin "$(target_dir)/release" $(THROUGHPUT)

# Statically linked with musl, so that it runs on any Linux. TARGET=aarch64-unknown-linux-musl where a compiler for that is installed.
package: ## Build what is handed out, into target/package: a static binary, a .deb, an SBOM, checksums
	@scripts/ensure-tools.sh cc make git cargo python3
	@CARGO="$(CARGO)" scripts/package/package.sh "$(target_dir)/package"

clean: ## Remove what was built and what the demo wrote
	$(CARGO) clean
	rm -rf demo
