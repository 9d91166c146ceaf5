"""A real installation (`goldenhour serve`) of the agency of the official pre-test, with its state's data and rules."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from browser.demo_server import Demo
from goldenhour.chain.access import Person, Role
from goldenhour.chain.content import default_folder
from goldenhour.interop.nemsis.rules.install import install_official
from goldenhour.web.accounts import Accounts

PASSWORD = "a word that passes"  # of a server that lives as long as the test
DISPATCHER = "dana"

AGENCY = """\
version: 1
unique_id: "C034"
number: "351-C034P2"
name: Danbury EMS Division of Danbury Fire Department
state: "09"
county: "09001"
zip: "06810"
blank_recommended: left_out
"""
"""As the pre-test's DEM case names it; blank recommended elements are left out, as its cases leave them out."""


@dataclass
class AgencyServer(Demo):
    """`goldenhour serve` on `data`, with what `installed` put there."""

    def verb(self) -> list[str]:
        return ["serve", "--content", str(self.data / "content")]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "GOLDENHOUR_NEMSIS": str(self.data / "nemsis")}


def agency_server(*, data: Path, region: Path, official: Path, units: Iterable[str]) -> AgencyServer:
    """What an agency sets up before its first start: content, schemas and rules, State data set, lists, people.

    `official` is the developers' folder of NEMSIS material. Each of `units` has a tablet that signs in as "crew-m1".
    """
    install_official(official, home=data / "nemsis")
    shutil.copytree(default_folder(), data / "content")
    (data / "content" / "care" / "agency.yaml").write_text(AGENCY)
    shutil.copy(official / "pretest" / "full" / "2025-STATE-1_v351.xml", data / "state.xml")
    (data / "lists").mkdir()
    for path in sorted(official.glob("lists/*/*.csv")):
        shutil.copy(path, data / "lists" / path.name)
    accounts = Accounts(data / "accounts.sqlite")
    for unit in units:
        accounts.add(Person(id=f"crew-{unit}", name=unit, role=Role.CREW, agency="danbury", unit=unit), PASSWORD)
    accounts.add(Person(id=DISPATCHER, name="Dana Reyes", role=Role.DISPATCHER, agency="danbury"), PASSWORD)
    accounts.close()
    return AgencyServer(data=data, region=region)
