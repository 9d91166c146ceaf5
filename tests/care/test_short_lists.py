"""The short lists of the crew's screen have only codes of the official defined lists, and call them what those do."""

import csv
import re
from pathlib import Path

import pytest

PICKS = Path(__file__).parents[2] / "ui" / "src" / "crew" / "chart" / "picks.ts"
OFFICIAL = {
    "MEDICATIONS": ("DefinedLists/Medication",),
    "PROCEDURES": ("DefinedLists/Procedure",),
    "CONDITIONS": ("DefinedLists/Impression", "DefinedLists/Symptom"),
}
OTHER_WORDS = {
    "Albuterol (salbutamol)": "albuterol",
    "Airway opened by hand": "manual establishment of airway",
    "Allergic reaction": "allergic reaction, nos",
    "Bleeding": "hemorrhage",
    "Cervical spine immobilisation": "cervical spine immobilization",
    "Coma": "unspecified coma",
    "Confusion": "disoriented",
    "COPD exacerbation": "chronic obstructive pulmonary disease with (acute) exacerbation",
    "Glucose (dextrose)": "glucose",
    "Hypoglycaemia": "hypoglycemia",
    "Intravenous access": "iv, insertion",
    "Overdose or poisoning": "poisoning by, adverse effect of and underdosing of unspecified drugs",
    "Seizure": "convulsions",
    "Syncope": "syncope and collapse",
}
"""Where ours are a crew's words, or British: what the list says."""
SMALL = {"of", "and", "with", "the", "by", "external", "any", "access", "manual", "taken"}


@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_every_code_is_in_the_official_list_under_that_meaning(shared: Path, name: str) -> None:
    official = the_official(shared, OFFICIAL[name])
    strangers = {label: code for label, code in ours(name).items() if code not in official}
    assert strangers == {}
    for label, code in ours(name).items():
        words = set(re.findall(r"[a-z0-9]+", OTHER_WORDS.get(label, label).lower())) - SMALL
        said = re.findall(r"[a-z0-9]+", official[code])
        assert words & set(said), f"{code} is {official[code]!r}, not {label!r}"


def ours(name: str) -> dict[str, str]:
    body = PICKS.read_text(encoding="utf-8").partition(f"export const {name} =")[2].partition("});")[0]
    found = re.findall(r"(?:'([^']+)'|([A-Z]\w+)): '([^']+)'", body)
    assert len(found) > 10
    return {quoted or bare: code for quoted, bare, code in found}


def the_official(shared: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Every word the lists have for a code."""
    said: dict[str, str] = {}
    for name in names:
        with (shared / "nemsis" / "lists" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                words = f"{row['SourceLabel']} {row['SuggestedLabel']}".lower()
                said[row["Value"]] = f"{said.get(row['Value'], '')} {words}"
    return said
