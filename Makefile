# `make` lists what there is. It needs Python 3.11 and nothing else: the rest goes into .venv.

PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
SERVE := $(BIN)/gunicorn --config config/gunicorn.conf.py wsgi:app
# Thousands of databases are made and thrown away: in memory, where there is room for them.
IN_MEMORY := $(shell df -k --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 4194304 { print "TMPDIR=/dev/shm" }')
PYTEST := $(IN_MEMORY) $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml

# The flask command would read a .env that the server does not.
export FLASK_SKIP_DOTENV := 1

# A command after this sees no setting of the caller's, so it reaches no database of theirs.
ALONE := env -i PATH="$$PATH" FLASK_SKIP_DOTENV=1

# $(call on_fresh_database,COMMAND): the command, on an SQLite database at the newest migration that is gone afterwards.
on_fresh_database = folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(ALONE) INSTANCE_DIR="$$folder" sh -c '$(FLASK) db upgrade && $(1)'

.PHONY: help setup demo run test check lint format lock soak bench screenshots migration clean

help: ## 列出这些命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/stamp ## 建好 .venv，装上锁定的全部依赖

.venv/stamp: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo '需要 Python 3.11 或更新的版本，而 $(PYTHON) 不存在或太旧。请装好后再试，或指明用哪一个：make PYTHON=python3.11' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -q -r requirements-dev.txt
	@touch $@

demo: DEMO = $(ALONE) INSTANCE_DIR=instance/demo BIND=127.0.0.1:$(PORT) PUBLIC_BASE_URL=http://127.0.0.1:$(PORT)
demo: setup ## 装入演示数据，在 PORT=8000 上启动
	@$(DEMO) $(FLASK) db upgrade
	@$(DEMO) $(FLASK) demo
	@echo '请打开 http://127.0.0.1:$(PORT)/api/docs （接口文档，可直接试用），按 Ctrl-C 结束。'
	@echo '用浏览器登录：http://127.0.0.1:$(PORT)/sign-in （例如 leader，密码 demo-leader）'
	@echo '公众看到的：http://127.0.0.1:$(PORT)/'
	@echo '年度报告的网页：INSTANCE_DIR=instance/demo $(FLASK) report annual 640104100000 2024 --format html --output 2024.html'
	@$(DEMO) $(SERVE)

run: export BIND ?= 127.0.0.1:$(PORT)
run: setup ## 按环境变量中的配置，升级数据库并启动
	$(FLASK) db upgrade
	$(SERVE)

test: lint ## 全部检查和全部测试，含 PostgreSQL
	$(PYTEST)

check: lint ## 提交之前的检查：两分钟之内，只用 SQLite
	$(PYTEST) -m 'not slow and not soak'

lint: setup ## 格式、类型、分层、Dockerfile，以及迁移与模型是否一致
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile
	@$(call on_fresh_database,$(FLASK) db check)

format: setup ## 整理格式，并改正能自动改正的
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup ## 按 pyproject.toml 重新锁定依赖
	$(LOCK) --output-file requirements.txt
	$(LOCK) --group dev --output-file requirements-dev.txt

soak: setup ## 长时间加压的测试，数分钟
	$(BIN)/python -m pytest -m soak

bench: setup ## 量一量筛查的速度、导出的用时与内存、工作台首屏的用时
	$(BIN)/python -m benchmarks.screening
	$(BIN)/python -m benchmarks.exports
	$(BIN)/python -m benchmarks.console

screenshots: setup ## 用演示数据重拍 README 里的三张图，要有 Chromium
	$(ALONE) $(BIN)/python -m tests.screenshots

migration: setup ## 按模型的改动写一个迁移：NAME=add_something
	@test -n '$(NAME)' || { echo '请给迁移起名：make migration NAME=add_something' >&2; exit 1; }
	@$(call on_fresh_database,$(FLASK) db migrate --message "$(NAME)")

clean: ## 删去 .venv 和各种缓存，不动 instance/
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
