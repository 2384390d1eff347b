#!/bin/bash
# 用真正的中文输入法（fcitx5、ibus）在虚拟屏幕上打字，看程序收得对不对：bash scripts/input_methods.sh [fcitx5|ibus]
# 要先装：fcitx5 fcitx5-chinese-addons ibus ibus-libpinyin dbus-x11 xdotool xvfb openbox。没有装的就说明并跳过。
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
PYTHON="${PYTHON:-python3}"
if [ -x "$ROOT/.venv/bin/python" ]; then PYTHON="$ROOT/.venv/bin/python"; fi

needed() {
  local program
  for program in Xvfb openbox xdotool dbus-run-session "$@"; do
    if ! command -v "$program" >/dev/null; then
      echo "没有 $program，$1 没有试。"
      return 1
    fi
  done
}

# Inside a session bus and a display of its own.
inside() {
  local method="$1"
  local fcitx='[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us

[Groups/0/Items/1]
Name=pinyin

[GroupOrder]
0=Default'
  openbox >/dev/null 2>&1 &
  if [ "$method" = fcitx5 ]; then
    mkdir -p "$HOME/.config/fcitx5"
    printf '%s\n' "$fcitx" >"$HOME/.config/fcitx5/profile"
    printf '[Behavior]\nActiveByDefault=True\nShareInputState=All\n' >"$HOME/.config/fcitx5/config"
    export XMODIFIERS=@im=fcitx QT_IM_MODULE=fcitx
    fcitx5 -r >"$HOME/method.log" 2>&1 &
    sleep 4
    fcitx5-remote -o || true
    fcitx5-remote -s pinyin || true
  else
    export XMODIFIERS=@im=ibus QT_IM_MODULE=ibus
    ibus-daemon --xim --replace --panel disable >"$HOME/method.log" 2>&1 &
    sleep 4
    ibus engine libpinyin || true
  fi
  "$PYTHON" "$ROOT/tests/ui/input_method_walk.py" "$method"
}

if [ "${1:-}" = --inside ]; then
  inside "$2"
  exit
fi

failed=0
for method in ${1:-fcitx5 ibus}; do
  if [ "$method" = fcitx5 ]; then needed fcitx5 fcitx5-remote || continue; else needed ibus-daemon ibus || continue; fi
  home="$(mktemp -d)"
  echo "$method："
  HOME="$home" XDG_CONFIG_HOME="$home/.config" XDG_CACHE_HOME="$home/.cache" XDG_RUNTIME_DIR="$home" LANG=zh_CN.UTF-8 \
    xvfb-run -a -s "-screen 0 1366x768x24" dbus-run-session -- bash "${BASH_SOURCE[0]}" --inside "$method" || failed=1
  rm -rf "$home"
done
exit "$failed"
