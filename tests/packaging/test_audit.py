"""What CI makes of pip-audit's word: a finding fails, known ones pass, and where nothing was looked at it says so."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.packaging.test_locks import ROOT

PYTHON: Final = """#!/usr/bin/env bash
# In place of Python: an environment with a pip-audit that says what the test wants; pip itself does what INSTALL says.
if [[ $2 == venv ]]; then
    mkdir -p "$3/bin"
    cp "$0" "$3/bin/python"
    cp "$(dirname "$0")/pip-audit" "$3/bin/pip-audit"
else
    exec bash -c "$INSTALL"
fi
"""
AUDIT: Final = """#!/usr/bin/env bash
while (($#)); do
    case $1 in
        --output) report=$2 ;;
        --requirement) file=$2 ;;
        --ignore-vuln) known=$2 ;;
    esac
    shift
done
[[ $file == *old.txt ]] && found=$OLD || found=$LOCK
case $found in
    none | "$known") echo "No known vulnerabilities found" ;;
    broken) echo "the index cannot be reached"; exit 1 ;;
    *) echo "a-package 1.0 $found" >"$report"; exit 1 ;;
esac
"""
CASES: Final = {
    "clean": ("true", "CVE-1", "none", 0, "No known vulnerability in"),
    "a finding": ("true", "CVE-1", "CVE-2", 1, "a-package 1.0 CVE-2"),
    "a known finding": ("true", "CVE-1", "CVE-2025-69872", 0, "No known vulnerability in"),
    "an index without advisories": ("true", "none", "none", 0, "Not audited for known vulnerabilities: the package index"),
    "no data": ("true", "broken", "none", 0, "Not audited for known vulnerabilities: its data cannot be had.\nthe index"),
    "no data in the middle": ("true", "CVE-1", "broken", 0, "Not audited for known vulnerabilities: its data cannot"),
    "no pip-audit": ("echo no such package; false", "CVE-1", "CVE-2", 0, "pip-audit cannot be installed.\nno such package"),
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="CI's scripts are for bash")
@pytest.mark.parametrize(("install", "old", "lock", "code", "said"), CASES.values(), ids=CASES)
def test_ci_fails_for_a_finding_and_tells_when_it_could_not_look(
    install: str, old: str, lock: str, code: int, said: str, tmp_path: Path
) -> None:
    """``old`` and ``lock`` are what pip-audit says of the release that has advisories for ever, and of the lock."""
    for name, text in (("python", PYTHON), ("pip-audit", AUDIT)):
        (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / name).chmod(0o755)
    told = subprocess.run(
        [ROOT / ".ci/audit", tmp_path / "python", "locks/run.txt"],
        env={"PATH": "/usr/bin:/bin", "INSTALL": install, "OLD": old, "LOCK": lock, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert told.returncode == code, told.stderr
    assert said in told.stdout + told.stderr
