"""At a ministry: the wheel in an environment of its own, and a folder of scenarios beside it."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from services.rehearsal.format.starting import started
from tests.kit.rehearsals import written

ROOT = Path(__file__).parent.parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def ran(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command outside the project, which is on no path there."""
    return subprocess.run(
        [str(each) for each in words], cwd=cwd, check=False, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd)}, timeout=180,
    )  # fmt: skip


def done(*words: str | Path, cwd: Path) -> str:
    """What a command printed; it succeeded."""
    found = ran(*words, cwd=cwd)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the wheel, and of everything else what is locked here."""
    folder = tmp_path_factory.mktemp("elsewhere")
    done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (wheel,) = folder.glob("detente-*.whl")
    done(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    made = folder / "venv" / "bin" / "python"
    site = Path(
        done(made, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))",
             cwd=folder).strip()
    )  # fmt: skip
    done(
        sys.executable, "-m", "pip", "--python", made, "install", "-q", "--no-index", "--no-deps",
        "--disable-pip-version-check", wheel, cwd=folder,
    )  # fmt: skip
    (site / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    where = done(made, "-c", "import services; print(services.__file__)", cwd=folder)
    assert where.startswith(str(site)), where
    return made


@pytest.fixture
def ministry(tmp_path: Path) -> Path:
    """A folder with a scenario that holds, one that does not, and a test of one's own."""
    written(tmp_path, started("border"), "border")
    written(tmp_path, started("wrong").replace("+ 10m", "+ 1m"), "wrong")
    (tmp_path / "test_own.py").write_text(
        "def test_own(rehearse):\n    assert rehearse('border.scenario.yaml').holds\n"
    )
    return tmp_path


def test_an_engineer_elsewhere_runs_a_folder_as_tests(python: Path, ministry: Path) -> None:
    found = ran(python, "-m", "pytest", "-v", "-p", "no:cacheprovider", ministry, cwd=ministry)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "border.scenario.yaml::border PASSED" in found.stdout
    assert "test_own.py::test_own PASSED" in found.stdout
    assert "wrong.scenario.yaml::wrong FAILED" in found.stdout
    assert re.search(r"wrong\.scenario\.yaml:\d+, expectation 1; 1m late", found.stdout)
    assert "1 failed, 2 passed" in found.stdout and "Traceback" not in found.stdout


def test_the_command_elsewhere_has_its_page_and_its_schema(python: Path, ministry: Path) -> None:
    detente = python.parent / "detente"
    done(detente, "rehearse", "run", "border.scenario.yaml", "--out", "runs", cwd=ministry)
    page = (ministry / "runs" / "border.html").read_text()
    assert ".timeline" in page and "#save" in page
    assert '"$schema"' in done(detente, "rehearse", "schema", cwd=ministry)


def test_a_kafka_of_ones_own_is_an_option_there_and_one_that_is_away_is_told(
    python: Path, ministry: Path
) -> None:
    words = (python, "-m", "pytest", "-p", "no:cacheprovider", ministry / "border.scenario.yaml")
    shown = done(*words[:3], "--help", cwd=ministry)
    assert "--rehearse-on" in shown and "--rehearse-faster" in shown
    found = ran(*words, "--rehearse-on", "127.0.0.1:9", cwd=ministry)
    assert found.returncode == 1
    assert "127.0.0.1:9 cannot be used" in found.stdout
    assert "Traceback" not in found.stdout
