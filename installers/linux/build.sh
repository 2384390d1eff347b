#!/bin/bash
# Builds the program as one folder on Linux and tries it from a path with Chinese and a space: self-check, then the
# real window on a virtual screen with a window manager.
#
#   bash installers/linux/build.sh      (two minutes)
#
# Result: dist/linux/dangjian-desktop/ and pictures beside it. The last line counts what was asserted.
# Runs on systems whose glibc is as new as this machine's or newer.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/prepare.sh"
t0=$SECONDS; passed=0
step() { echo "[$((SECONDS - t0))s] $*"; }
ok() { passed=$((passed + 1)); echo "  ok: $*"; }

step "tools"
prepare
install_locked tools "$(platform_lock)" "$ROOT/requirements/dev.txt"
missing=()
for pair in Xvfb:xvfb openbox:openbox import:imagemagick objdump:binutils; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then apt_install "${missing[@]}"; fi

W=$(mktemp -d "${TMPDIR:-/tmp}/dangjian-linux.XXXXXX"); pids=()
finish() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$W"; }
trap finish EXIT
trap 'echo "failed: line $LINENO" >&2' ERR
OUT=$ROOT/dist/linux

step "PyInstaller"
mkdir -p "$OUT"; rm -rf "$OUT/dangjian-desktop"
"$VENV_PYTHON" -m PyInstaller --noconfirm --log-level ERROR --distpath "$OUT" --workpath "$W/build" "$ROOT/installers/dangjian.spec"
du -sh "$OUT/dangjian-desktop"

step "self-check, from a path with Chinese and a space, with a home of its own and nothing of the source tree"
APP="$W/党建 软件"; mkdir -p "$APP" "$W/用户 目录"; cp -r "$OUT/dangjian-desktop" "$APP/"
program() { env -i HOME="$W/用户 目录" PATH=/usr/bin:/bin LANG=C.UTF-8 "$@"; }
program "$APP/dangjian-desktop/dangjian-desktop" --version; ok 'version'
program "$APP/dangjian-desktop/dangjian-desktop" selfcheck; ok 'self-check'

step "the window, on a virtual screen with a window manager"
d=90; while [ -e "/tmp/.X$d-lock" ]; do d=$((d + 1)); done
Xvfb ":$d" -screen 0 1366x768x24 -nolisten tcp >/dev/null 2>&1 & pids+=($!)
sleep 2; DISPLAY=:$d openbox >/dev/null 2>&1 & pids+=($!)
sleep 1
picture=$OUT/window.png; rm -f "$picture" "$OUT/screen.png"
program DISPLAY=:$d DANGJIAN_SCREENSHOT="$picture" DANGJIAN_EXIT_AFTER_PAINT=1 timeout 60 "$APP/dangjian-desktop/dangjian-desktop"
[ "$(identify -format '%k' "$picture")" -gt 20 ]; ok 'the window painted itself and left with 0'
program DISPLAY=:$d "$APP/dangjian-desktop/dangjian-desktop" >/dev/null 2>&1 & pids+=($!)
sleep 6; DISPLAY=:$d import -window root "$OUT/screen.png"
[ "$(identify -format '%k' "$OUT/screen.png")" -gt 20 ]; ok 'it stands on the screen'

step "done: $OUT"; echo "$passed passed, 0 failed"
