"""`python -m tests.checks.lock [--write]`: requirements*.txt are what pyproject.toml compiles to.

Without --write the files are compiled again, keeping every version they name, and must come out the same.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-dev.txt": ["--group", "dev", "-c", "requirements.txt"],
    "requirements-spark.txt": ["pyproject.toml", "--extra", "spark", "-c", "requirements-dev.txt"],
}
COMPILE = (
    "uv",
    "pip",
    "compile",
    "--quiet",
    "--system-certs",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
)


def compile_lock(folder: Path, *, upgrade: bool) -> None:
    """Write the lock files into a folder that holds pyproject.toml and, unless upgrading, the present ones."""
    program = [str(Path(sys.executable).with_name("uv")), *COMPILE[1:], *(["--upgrade"] if upgrade else [])]
    for name, wanted in LOCKS.items():
        subprocess.run([*program, *wanted, "-o", name], cwd=folder, check=True)


def main(arguments: list[str]) -> int:
    if "--write" in arguments:
        compile_lock(ROOT, upgrade="--upgrade" in arguments)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pyproject.toml", *LOCKS):
            shutil.copy(ROOT / name, folder)
        compile_lock(Path(folder), upgrade=False)
        stale = [name for name in LOCKS if (Path(folder) / name).read_text() != (ROOT / name).read_text()]
    for name in stale:
        print(f"{name} is not what pyproject.toml compiles to: run `make lock` and commit the result.", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
