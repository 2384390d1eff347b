"""Rewrites the lock files beside this script from pyproject.toml, without any index address in them.

    python requirements/update.py              keeps every version already locked, adds what is missing
    python requirements/update.py --upgrade    takes the newest versions that pyproject.toml allows
    python requirements/update.py -c FILE      starts from the versions of FILE (a `pip freeze`)

pip resolves for each platform in turn (wheels only) and reports the SHA-256 of the wheel it chose. Nothing is
installed. Where packages come from is the business of the machine's own pip settings.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Oldest glibc of the field is 2.28 on x86-64; the only ARM wheel of PySide6 that old office systems load is 6.8.0.2.
GLIBC = {"linux-x86_64": range(28, 4, -1), "linux-aarch64": range(31, 4, -1)}
QT = {"linux-x86_64": "6.9.3", "linux-aarch64": "6.8.0.2", "windows-amd64": "6.9.3"}
# Named here because pip judges environment markers for the machine it runs on, not for the target.
WINDOWS_ONLY = ["pefile", "pywin32-ctypes", "colorama"]
WINDOWS_BUILD = ["pyinstaller", "pefile", "pywin32-ctypes"]

Lock = dict[str, tuple[str, set[str]]]


def platform_options(platform: str) -> list[str]:
    """Options that make pip choose wheels for `platform` whatever machine it runs on."""
    if platform == "windows-amd64":
        tags = ["win_amd64"]
    else:
        machine = platform.removeprefix("linux-")
        tags = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC[platform]]
        tags += [f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}", f"linux_{machine}"]
    return [word for tag in tags for word in ("--platform", tag)]


def resolve(platform: str, wanted: Iterable[str], pins: dict[str, str]) -> Lock:
    """Asks pip what it would install; returns name -> (version, hashes of the wheels)."""
    pins = {name: version for name, version in pins.items() if name not in ("pyside6-essentials", "shiboken6")}
    pins |= {"pyside6-essentials": QT[platform], "shiboken6": QT[platform]}
    with tempfile.TemporaryDirectory() as folder:
        constraints, report = Path(folder, "constraints.txt"), Path(folder, "report.json")
        constraints.write_text("".join(f"{n}=={v}\n" for n, v in pins.items()), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report"]
        command += [str(report), "--target", folder, "--only-binary=:all:", "--python-version", "3.11"]
        command += ["--implementation", "cp", *platform_options(platform), "-c", str(constraints), *wanted]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {
        normal(item["metadata"]["name"]): (
            item["metadata"]["version"],
            {item["download_info"]["archive_info"]["hashes"]["sha256"]},
        )
        for item in found
    }


def normal(name: str) -> str:
    """The one spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(paths: Iterable[Path]) -> dict[str, str]:
    """Versions named in lock files or in a `pip freeze`."""
    pins: dict[str, str] = {}
    for path in paths:
        if path.exists():
            for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text(encoding="utf-8"), re.M):
                pins.setdefault(normal(name), version)
    return pins


def write(name: str, title: str, lock: Lock, markers: dict[str, str] | None = None) -> None:
    """Writes one lock file; never an address."""
    lines = [f"# {title}", "# Made by requirements/update.py; do not edit by hand."]
    for package in sorted(lock):
        version, hashes = lock[package]
        marker = (markers or {}).get(package)
        lines.append(f"{package}=={version}" + (f" ; {marker}" if marker else "") + " \\")
        lines.append(" \\\n".join(f"    --hash=sha256:{digest}" for digest in sorted(hashes)))
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"{name}: {len(lock)}")


def merge(locks: Iterable[Lock]) -> Lock:
    """One lock good for several platforms: same versions, the hashes of all."""
    merged: Lock = {}
    for lock in locks:
        for package, (version, hashes) in lock.items():
            known = merged.setdefault(package, (version, set()))
            if known[0] != version:
                raise SystemExit(f"{package}: {known[0]} on one platform, {version} on another")
            known[1].update(hashes)
    return merged


def main() -> None:
    """Resolves for every platform and writes the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true")
    parser.add_argument("-c", "--constraint", type=Path)
    arguments = parser.parse_args()
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    sources = (
        [arguments.constraint] if arguments.constraint else [] if arguments.upgrade else sorted(HERE.glob("*.txt"))
    )
    pins = read_pins(sources)
    runtime, whole = {}, {}
    for platform in QT:
        runtime[platform] = resolve(platform, wanted, pins)
        pins |= {name: version for name, (version, _) in runtime[platform].items()}
        whole[platform] = resolve(platform, [*wanted, *dev, *(WINDOWS_ONLY if "windows" in platform else [])], pins)
        pins |= {name: version for name, (version, _) in whole[platform].items()}
        write(f"{platform}.txt", f"What the program needs on {platform}, Python 3.11.", runtime[platform])
    known = set.intersection(*(set(lock) for lock in runtime.values()))
    tools = merge({k: v for k, v in lock.items() if k not in known} for lock in whole.values())
    markers = dict.fromkeys(WINDOWS_ONLY, 'sys_platform == "win32"')
    write("dev.txt", "Tools for tests and builds, on top of the platform's own file.", tools, markers)
    build = resolve("windows-amd64", WINDOWS_BUILD, pins)
    write("windows-build.txt", "PyInstaller for the Windows build that runs under wine.", build)


if __name__ == "__main__":
    main()
