#!/bin/bash
# 第二条命令：装好测试工具，检查代码，运行全部测试。其余参数交给 pytest。
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/scripts/prepare.sh"
prepare
install_locked tools "$(platform_lock)" "$ROOT/requirements/dev.txt"
missing=()
for pair in Xvfb:xvfb openbox:openbox pdftoppm:poppler-utils shellcheck:shellcheck; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then apt_install "${missing[@]}"; fi

cd "$ROOT"
export PYTHONUTF8=1
"$VENV_PYTHON" -m ruff check .
"$VENV_PYTHON" -m ruff format --check .
"$VENV_PYTHON" -m mypy
shellcheck --external-sources --severity=warning ./*.sh .ci/run scripts/*.sh installers/*/*.sh
"$VENV_PYTHON" -m pytest -n 2 --cov=dangjian_desktop --cov-report=term:skip-covered "$@"
# A part of the suite says nothing about coverage.
if [ $# -eq 0 ]; then "$VENV_PYTHON" scripts/coverage_floors.py; fi
