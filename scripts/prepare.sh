# shellcheck shell=bash
# Shared by run.sh and test.sh: finds Python 3.11, makes .venv from the lock files, adds the system libraries that Qt
# needs. Everything is done once; a stamp in .venv holds the hash of what it was made from.
# Sourced, not run. Sets ROOT and VENV_PYTHON.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV_PYTHON=$ROOT/.venv/bin/python

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 4; }

# apt_install PACKAGE...: installs system packages, or says plainly what to do.
apt_install() {
  command -v apt-get >/dev/null || stop "缺少系统组件：$*。这台电脑没有 apt-get，请用本机的软件管理器安装后再试。"
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "缺少系统组件。请让管理员执行：apt-get install $*"
    root=(sudo)
    # without a terminal nobody can type a password
    if [ ! -t 0 ]; then sudo -n true 2>/dev/null || stop "缺少系统组件。请执行：sudo apt-get install $*"; fi
  fi
  say "安装系统组件：$*"
  if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1; then
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || stop "软件源更新失败，请检查网络。"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null \
      || stop "系统组件安装失败：$*"
  fi
}

usable_python() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in python3.11 /usr/bin/python3.11 python3; do
    if command -v "$candidate" >/dev/null && usable_python "$candidate"; then echo "$candidate"; return; fi
  done
  apt_install python3.11 python3.11-venv
  usable_python /usr/bin/python3.11 || stop "没有找到 Python 3.11。"
  echo /usr/bin/python3.11
}

platform_lock() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo "$ROOT/requirements/linux-x86_64.txt" ;;
    Linux-aarch64) echo "$ROOT/requirements/linux-aarch64.txt" ;;
    *) stop "没有为这种电脑准备锁定文件：$(uname -s) $(uname -m)" ;;
  esac
}

# install_locked NAME LOCK...: brings .venv to these lock files unless the stamp NAME says that it is there already.
install_locked() {
  local stamp=$ROOT/.venv/stamp-$1 want
  shift
  want=$({ echo "$ROOT"; cat "$@"; } | sha256sum | cut -d' ' -f1)
  if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then return; fi
  local options=() lock
  for lock in "$@"; do options+=(-r "$lock"); done
  say "安装锁定的组件（第一次需要几分钟）…"
  "$VENV_PYTHON" -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: "${options[@]}" \
    || stop "组件安装失败，请检查网络后再执行一次，已装好的部分不会重装。"
  echo "$want" >"$stamp"
}

make_venv() {
  if [ "$(cat "$ROOT/.venv/stamp-place" 2>/dev/null)" != "$ROOT" ] || ! "$VENV_PYTHON" -m pip --version >/dev/null 2>&1; then
    local python
    python=$(find_python)
    rm -rf "$ROOT/.venv"
    "$python" -m venv "$ROOT/.venv" || stop "无法建立 .venv。"
    # the source tree itself, without a build step
    echo "$ROOT/src" >"$("$VENV_PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dangjian-desktop.pth"
    printf '#!/bin/sh\nexec "%s" -m dangjian_desktop "$@"\n' "$VENV_PYTHON" >"$ROOT/.venv/bin/dangjian-desktop"
    chmod +x "$ROOT/.venv/bin/dangjian-desktop"
    echo "$ROOT" >"$ROOT/.venv/stamp-place"
  fi
}

# What the Qt wheel leaves to the system, asked of the very files; nothing is installed where nothing is missing.
qt_system_libraries() {
  local stamp=$ROOT/.venv/stamp-libraries qt
  if [ -e "$stamp" ]; then return; fi
  qt=$("$VENV_PYTHON" -c 'import importlib.util as u; print(u.find_spec("PySide6").submodule_search_locations[0])')
  missing_libraries() {
    # ldd of one file at a time: it fails on what is not a library, and that is no news
    { for f in "$qt"/Qt{Core,Gui,Widgets,Svg,PrintSupport,Network}.abi3.so "$qt"/Qt/plugins/platforms/lib{qxcb,qoffscreen,qwayland-generic}.so; do
        if [ -e "$f" ]; then ldd "$f"; fi
      done; } 2>/dev/null | sed -n 's/^\s*\(\S*\) => not found$/\1/p' | sort -u
  }
  if [ -n "$(missing_libraries)" ]; then
    apt_install libgl1 libegl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libfreetype6 libglib2.0-0 \
      libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 \
      libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1 libsm6 libice6 libwayland-client0 \
      libwayland-cursor0 libwayland-egl1 libgssapi-krb5-2
    if [ -n "$(missing_libraries)" ]; then stop "窗口还缺少系统组件：$(missing_libraries | tr '\n' ' ')"; fi
  fi
  touch "$stamp"
}

prepare() {
  make_venv
  install_locked program "$(platform_lock)"
  qt_system_libraries
}
