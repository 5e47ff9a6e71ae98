"""Real file systems of other kinds, in a mount namespace of the test's own."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
SPACE = ["unshare", "--user", "--map-root-user", "--mount"]
TWICE = """
import sys
from pathlib import Path
from gitops.foundation.errors import Refused
from gitops.tree.stage import Stage
from tests.tree.trees import ours, snapshot

estate = Path(sys.argv[1])
for salt in "123":
    before = snapshot(estate / "rendered")
    big = ours(salt * 20000)
    files = {"a/x": big, "b/x": ours(salt), "c/" + salt: ours(salt)}
    try:
        with Stage.open(estate, say=print) as stage:
            for path, content in files.items():
                stage.put(path, content)
            stage.commit(files)
    except Refused as refused:
        assert snapshot(estate / "rendered") == before
        sys.exit(str(refused))
    assert snapshot(estate / "rendered") == files
"""


def _allowed() -> bool:
    try:
        return subprocess.run([*SPACE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not _allowed(), reason="no mount namespaces here")


def rendered_on(estate: Path, *mount: str) -> subprocess.CompletedProcess[str]:
    """Render three times over the estate with something mounted, in a namespace."""
    script = 'mount "$@" || exit 77; exec "$PYTHON" -c "$PROGRAM" "$ESTATE"'
    done = subprocess.run(
        [*SPACE, "sh", "-c", script, "sh", *mount],
        cwd=HERE,
        env={
            "PYTHON": sys.executable,
            "PROGRAM": TWICE,
            "ESTATE": str(estate),
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip(f"cannot mount here: {done.stderr}")
    return done


def test_our_folder_on_another_file_system(tmp_path: Path) -> None:
    (tmp_path / ".gitops").mkdir()
    done = rendered_on(tmp_path, "-t", "tmpfs", "none", f"{tmp_path}/.gitops")
    assert done.returncode == 0, done.stderr
    assert "different file systems; staging in .rendered.gitops" in done.stdout
    assert [place.name for place in (tmp_path / ".gitops").iterdir()] == []


def test_an_output_that_is_a_mount(tmp_path: Path) -> None:
    (tmp_path / "rendered").mkdir()
    done = rendered_on(tmp_path, "-t", "tmpfs", "none", f"{tmp_path}/rendered")
    assert "output-is-a-mount" in done.stderr


def test_an_estate_that_lies_in_the_lower_layer_of_an_overlay(tmp_path: Path) -> None:
    for folder in ("lower/rendered/a", "upper", "work", "estate"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lower/rendered/a/x").write_bytes(b"# Rendered by gitops from x\n")
    layers = f"lowerdir={tmp_path}/lower,upperdir={tmp_path}/upper,workdir={tmp_path}/work"
    estate = tmp_path / "estate"
    done = rendered_on(estate, "-t", "overlay", "none", "-o", layers, str(estate))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("kilobytes", range(40, 72, 4))
def test_a_full_disk_changes_nothing(tmp_path: Path, kilobytes: int) -> None:
    done = rendered_on(tmp_path, "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(tmp_path))
    assert "Traceback" not in done.stderr
    assert "No space left on device" in done.stderr
