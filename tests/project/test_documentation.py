"""The project tells the truth about itself: verbs, commands, content, sizes."""

import re
import subprocess
from pathlib import Path

import pytest

from goldenhour.chain.access import GRANTS
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.registry import REGISTRY
from goldenhour.run.main import HELP, VERBS, main

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "goldenhour"
LONGEST_LINES = 400
MOST_FILES = 17
"""Python files in one folder; past a dozen one should look for the missing noun, past this one must.

Ratchets down."""


def test_every_verb_has_help_and_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert set(VERBS) == set(HELP)
    assert [verb for verb in VERBS if f"goldenhour {verb}" not in readme] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([verb, "--help"])
    assert left.value.code == 0
    assert f"usage: goldenhour {verb}" in capsys.readouterr().out


def test_every_command_says_what_it_is_for_or_is_named_plainly() -> None:
    """Each command's decision is documented, or its name and fields say it all."""
    silent = [
        command.__name__
        for command, decision in REGISTRY.decisions.items()
        if not (command.__doc__ or decision.decide.__doc__) and len(command.__struct_fields__) > 4
    ]
    assert silent == []


def test_every_command_is_granted_to_somebody_or_is_the_chains_own() -> None:
    granted = {command for grant in GRANTS.values() for command in grant.commands}
    of_the_chain = {"RelateToIncident", "ImportRecord"}
    assert {command.__name__ for command in set(REGISTRY.decisions) - granted} <= of_the_chain


@pytest.mark.parametrize("part", sorted({decision.part for decision in REGISTRY.decisions.values()}))
def test_every_part_holds_the_same_files_and_explains_each_of_its_own(part: str) -> None:
    held = {path.name.removesuffix("/") for path in (SOURCE / part).iterdir() if not path.name.startswith("__")}
    assert {"README.md", "commands.py", "decide.py", "facts.py", "part.py", "state.py"} <= held
    told = (SOURCE / part / "README.md").read_text("utf-8")
    rooms = {re.sub(r"^decide_.*", "decide*.py", name) for name in held - {"README.md"}}
    assert [name for name in rooms if name not in told and name.replace("decide.py", "decide*.py") not in told] == []


def test_modules_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCE.rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_LINES
    }
    assert long == {}


def test_folders_stay_small() -> None:
    crowded = {
        str(folder.relative_to(ROOT)): count
        for folder in [SOURCE, *SOURCE.rglob("*")]
        if folder.is_dir() and (count := len(list(folder.glob("*.py")))) > MOST_FILES
    }
    assert crowded == {}


def test_every_package_names_itself() -> None:
    nameless = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("__init__.py")
        if not path.read_text("utf-8").lstrip().startswith('"""')
    ]
    assert nameless == []
    homeless = [
        str(folder.relative_to(ROOT))
        for folder in SOURCE.rglob("*")
        if folder.is_dir() and list(folder.glob("*.py")) and not (folder / "__init__.py").is_file()
    ]
    assert homeless == []


def test_the_content_in_force_can_be_read() -> None:
    content = Content(default_folder())
    assert len(content.complaints.complaints) == 33
    assert len({rule.nemsis for rule in content.complaints.complaints}) == 33


def test_nothing_committed_names_a_registry_or_this_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in listed.decode().split("\0") if name]
    registry = re.compile("|".join(("registry" + r"\.npmjs", "files" + r"\.pythonhosted", "pypi" + r"\.org")))
    told = []
    for name in names:
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 2_000_000:
            text = path.read_bytes()
            if registry.search(text.decode("utf-8", "ignore")) or str(ROOT.parent).encode() + b"/" in text:
                told.append(name)
    assert told == []


def test_nothing_committed_is_large() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    large = [
        name
        for name in listed.decode().split("\0")
        if name and (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_000_000
    ]
    assert large == []
