"""What a unit that leaves uncovers, and how the agency's q weighs it."""

import shutil
from pathlib import Path

import pytest

from goldenhour.chain.content import BadContent, Content, default_folder
from goldenhour.world.world import World
from world.simulated import a_desk, loaded

PLANS = Path("dispatch") / "response_plans.yaml"


async def test_the_busier_units_are_the_less_the_others_count(county: Path) -> None:
    """What nobody else covers weighs most when everybody comes; shared ground weighs more the busier units are."""
    desk = a_desk(county)
    await desk.start()
    await World(desk, loaded(county)[0], seed=1, rate=0).begin()
    units = list(desk.boards.open.all("unit").values())
    almost_never, often = (desk.coverage.loss(units, within_s=480, q=q) for q in (1e-6, 0.5))
    assert almost_never.expected == pytest.approx(almost_never.alone, abs=1e-4)
    assert (almost_never.alone == often.alone).all(), "what people are told does not depend on q"
    shared = [i for i, one in enumerate(units) if often.alone[i] == 0 and one.kind == "ambulance"]
    assert shared, "some ambulance covers only what others cover too"
    assert all(often.expected[i] > almost_never.expected[i] for i in shared)
    await desk.stop()


def with_policy(folder: Path, was: str, now: str) -> Path:
    """The content in force, with one thing in the response plans changed."""
    shutil.copytree(default_folder(), folder)
    text = (folder / PLANS).read_text("utf-8")
    assert was in text
    (folder / PLANS).write_text(text.replace(was, now), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("q: 0.3", "q: 1.2", "q is the chance"),
        ("ambulance: 60", "ambulance: -5", "turnout_s of ambulance"),
        ("cruise_kmh: 220", "cruise_kmh: 2", "cruise_kmh"),
        ("cover_slack_s", "cover_slak_s", "cover_slak_s"),
        ("[paramedic, transport]", "[paramedic, transprot]", "transprot"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_by_name(tmp_path: Path, was: str, now: str, says: str) -> None:
    with pytest.raises(BadContent, match=says) as refused:
        Content(with_policy(tmp_path / "content", was, now))
    assert "response_plans" in str(refused.value) or "slot" in str(refused.value)
