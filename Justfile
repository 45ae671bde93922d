# What can be done here
default:
    @just --list

# Everything CI runs, in CI's order; green here means green there
check: format-check lint types imports docs-check test

# The formatter has nothing to say
format-check:
    uv run ruff format --check .

# Ruff and spelling
lint:
    uv run ruff check .
    uv run codespell

# mypy --strict over assistant, tui and plugins
types:
    uv run mypy

# The import contracts in pyproject.toml
imports:
    uv run lint-imports

# README's help texts and tables are generated; fail if they went stale
docs-check:
    uv run python -m cogapp --check README.md

# All tests, by three workers (one mostly waits); or, by one, what the words say
test *options:
    uv run pytest {{ if options == "" { "-n 3 --dist loadgroup" } else { options } }}

# Repair what a machine can repair
fix:
    uv run ruff check --fix .
    uv run ruff format .
    uv run python -m cogapp -r README.md

# Redraw the snapshots; read the diff before committing
snapshots:
    uv run pytest tests/tui --snapshot-update

# Redraw README's pictures of the terminal interface
screenshots:
    uv run python -m tests.tui.screenshots

# Ratios against named baselines, measured side by side
bench *options:
    uv run python -m tests.bench {{ options }}

# How well it finds, quotes and abstains, on the fixed questions
evals *options:
    uv run python -m tests.evals {{ options }}

# Fifteen thousand operations by five people on three servers, and no word leaks
isolation *options:
    uv run python -m tests.evals isolation {{ options }}

# The program against a throwaway home
dev *options:
    HEARTH_HOME=.dev uv run hearth {{ options }}
