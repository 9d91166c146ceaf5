"""A place that a human confirmed is never overwritten by one that nobody has."""

from decisions import Story, names
from dispatch.words import MILL_LANE, STATION_ROAD, incident
from goldenhour.dispatch import commands as c
from goldenhour.kernel.ids import IncidentId
from goldenhour.kernel.places import Location, LocationSource


def test_an_unconfirmed_place_is_offered_beside_a_confirmed_one() -> None:
    story = Story().given([incident("a")])
    story.given([c.LocateIncident(incident=IncidentId("a"), location=MILL_LANE, confirmed=True)])
    facts = story.when(c.LocateIncident(incident=IncidentId("a"), location=STATION_ROAD))
    assert names(facts) == ["IncidentLocationOffered"]
    now = story.of("incident", "a")
    assert (now.location, now.location_offered) == (MILL_LANE, STATION_ROAD)


def test_a_human_may_take_the_offer() -> None:
    story = Story().given([incident("a")])
    story.given([c.LocateIncident(incident=IncidentId("a"), location=MILL_LANE, confirmed=True)])
    story.given([c.LocateIncident(incident=IncidentId("a"), location=STATION_ROAD, confirmed=True)])
    now = story.of("incident", "a")
    assert (now.location, now.location_offered) == (STATION_ROAD, None)


def test_impossible_coordinates_are_refused() -> None:
    nowhere = Location(label="nowhere", lon=181.0, lat=10.0, source=LocationSource.TYPED)
    story = Story().given([incident("a")])
    story.refuses(c.LocateIncident(incident=IncidentId("a"), location=nowhere), "dispatch.location.impossible")
