"""Questions: places, recommendation, routes, destinations, duplicates, time lines, content."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import Parameter

from goldenhour.chain.access import GRANTS, Person, may_read
from goldenhour.chain.content import Content
from goldenhour.chain.questions.duplicates import Duplicate, duplicates
from goldenhour.chain.questions.recent import RecentIncident
from goldenhour.chain.questions.recommendation import NotYet, RecommendationAnswer, recommendation
from goldenhour.chain.questions.routes import Way, way_of
from goldenhour.chain.timeline.entries import TimeLine, time_line
from goldenhour.dispatch.facts import Moment
from goldenhour.geo.geocode.found import Found
from goldenhour.handoff.destinations import Suggestion, suggested
from goldenhour.kernel.ids import CallId, FacilityId, IncidentId
from goldenhour.kernel.levels import MODE_OF_LEVEL, Level, Mode
from goldenhour.kernel.places import outside_the_world
from goldenhour.kernel.privacy import redacted
from goldenhour.web.errors import Problem
from goldenhour.web.serving import Serving, serving
from goldenhour.web.session import may_ask

Asked = Request[Any, Any, Any]
Lon = Annotated[float | None, Parameter(ge=-180, le=180)]
Lat = Annotated[float | None, Parameter(ge=-90, le=90)]


class FoundPlaces(msgspec.Struct, frozen=True, kw_only=True):
    found: tuple[Found, ...]


class FoundPlace(msgspec.Struct, frozen=True, kw_only=True):
    found: Found | None


class Duplicates(msgspec.Struct, frozen=True, kw_only=True):
    candidates: tuple[Duplicate, ...]


class RecentIncidents(msgspec.Struct, frozen=True, kw_only=True):
    incidents: tuple[RecentIncident, ...]


class DestinationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion, with how busy the hospital is."""

    suggestion: Suggestion
    beds: int
    coming: int
    offloading: int


class Destinations(msgspec.Struct, frozen=True, kw_only=True):
    suggestions: tuple[DestinationRow, ...]


@get("/api/v1/places/search", guards=[may_ask("places")], sync_to_thread=True)
def search_places(request: Asked, q: str, lon: Lon = None, lat: Lat = None, limit: int = 8) -> FoundPlaces:
    """Places as one types them, nearest to (lon, lat) first among equals."""
    region = serving(request).desk.region
    if region is None or not q.strip():
        return FoundPlaces(found=())
    near = None if lon is None or lat is None else (lon, lat)
    return FoundPlaces(found=tuple(region.geocoder.search(q[:200], limit=max(1, min(limit, 20)), near=near)))


@get("/api/v1/places/reverse", guards=[may_ask("places")], sync_to_thread=True)
def name_of_point(request: Asked, lon: float, lat: float) -> FoundPlace:
    """What a point on the map is called."""
    if outside_the_world(lon, lat):
        raise Problem(400, "place.impossible", "Latitude is -90 to 90, longitude -180 to 180.")
    region = serving(request).desk.region
    return FoundPlace(found=region.geocoder.reverse(lon, lat) if region else None)


@get("/api/v1/content", guards=[may_ask("content")], sync_to_thread=False)
def content_in_force(request: Asked) -> dict[str, Any]:
    """Complaint types, plans, clocks, words to choose from."""
    content: Content = serving(request).desk.content
    desk = content.desk
    return {
        "version": content.version,
        "complaints": content.complaints.complaints,
        "plans": content.response_plans.plans,
        "slots": content.response_plans.slots,
        "clocks": content.clocks.clocks,
        "outcomes": desk.outcomes,
        "agencies": desk.agencies,
        "cancel_reasons": desk.cancel_reasons,
        "out_of_service_reasons": desk.out_of_service_reasons,
        "services": content.destinations.services,
        "alerts": content.destinations.alerts,
    }


@get("/api/v1/dispatch/recommendation", guards=[may_ask("recommendation")], sync_to_thread=False)
def recommended(request: Asked, incident: str) -> RecommendationAnswer | None:
    """Whom to send, over all units, with reasons. Null: no such incident is open (any more), or it is not theirs."""
    desk = serving(request).desk
    found = desk.boards.open.get("incident", incident)
    if found is None or not may_read(request.state.person, "incident", found, desk.unit):
        return None
    try:
        return recommendation(desk, found)
    except NotYet as not_yet:
        raise Problem(409, "dispatch.recommend.not_yet", str(not_yet)) from None


@get("/api/v1/dispatch/route", guards=[may_ask("route")], sync_to_thread=False)
def route(
    request: Asked, unit: str, to_incident: str = "", to_facility: str = "", mode: Mode | None = None
) -> Way | None:
    """A unit's way to an open incident or a hospital from where it last reported itself. Null: there is no such way
    (any more), as nobody knows where the unit is, or the incident has ended, has no place or is not theirs to see."""
    desk = serving(request).desk
    found = desk.boards.open.get("unit", unit)
    start = desk.distances.where(found) if found else None
    if start is None:
        return None
    incident = desk.boards.open.get("incident", to_incident)
    facility = desk.boards.open.get("facility", to_facility)
    if incident is not None and not (
        GRANTS[request.state.person.role].sees_phi and may_read(request.state.person, "incident", incident, desk.unit)
    ):
        return None
    if incident is not None and incident.location is not None:
        to, usual = (incident.location.lon, incident.location.lat), MODE_OF_LEVEL[incident.level or Level.L2]
    elif facility is not None:
        to, usual = (facility.lon, facility.lat), Mode.COLD
    else:
        return None
    return way_of(desk, found, start, to, mode or usual)


@get("/api/v1/call-taking/duplicates", guards=[may_ask("duplicates")], sync_to_thread=False)
def duplicates_of(request: Asked, call: str) -> Duplicates | None:
    """Open incidents that this call may be about. Null: no such call is open (any more)."""
    desk = serving(request).desk
    found = desk.boards.open.get("call", CallId(call))
    if found is None:
        return None
    return Duplicates(candidates=tuple(duplicates(desk, found)))


@get("/api/v1/handoff/destinations", guards=[may_ask("destinations")], sync_to_thread=False)
def destinations(request: Asked, incident: str, assignment: str, needs: str = "") -> Destinations | None:
    """Hospitals for a patient who needs these alerts' capabilities, best first, with reasons. Null: no such
    assignment is open (any more), or it is not theirs."""
    desk = serving(request).desk
    found = desk.boards.open.get("incident", IncidentId(incident))
    if found is not None and not may_read(request.state.person, "incident", found, desk.unit):
        return None
    ours = found.assignments.get(assignment) if found else None
    unit = desk.boards.open.get("unit", ours.unit) if ours else None
    if found is None or ours is None or unit is None:
        return None
    at_scene = ours.status in (Moment.ON_SCENE, Moment.AT_PATIENT, Moment.LEFT_SCENE)
    start = desk.distances.where(unit) if at_scene or found.location is None else None
    if start is None and found.location is not None:
        start = (found.location.lon, found.location.lat)
    facilities = list(desk.boards.open.all("facility").values())
    wanted = [rule for rule in desk.content.destinations.alerts if rule.id in needs.split(",")]
    eta_s: dict[FacilityId, float] = {}
    for facility in facilities:
        eta_s[facility.id] = desk.distances.of_unit(unit, start, (facility.lon, facility.lat), mode=Mode.COLD)
    rows = desk.boards.rows["facilities"]
    return Destinations(
        suggestions=tuple(
            DestinationRow(
                suggestion=one,
                beds=rows[one.facility].beds,  # type: ignore[attr-defined]
                coming=rows[one.facility].coming,  # type: ignore[attr-defined]
                offloading=rows[one.facility].offloading,  # type: ignore[attr-defined]
            )
            for one in suggested(facilities, eta_s, wanted, desk.clock.now())
        )
    )


@get("/api/v1/timeline/incident", guards=[may_ask("timeline")])
async def timeline(request: Asked, incident: str) -> TimeLine | dict[str, Any]:
    """Everything that happened about an incident. A read of patient data, so it is written down."""
    here = serving(request)
    person: Person = request.state.person
    known = await here.desk.find("incident", incident)
    if known is None or not may_read(person, "incident", known, here.desk.unit):
        raise Problem(404, "dispatch.incident.unknown", "There is no such incident, or it is not yours to see.")
    found = await time_line(here.desk, known)
    _note_read(here, request, "timeline", incident)
    return found if GRANTS[person.role].sees_phi else redacted(found)


@get("/api/v1/timeline/recent", guards=[may_ask("timeline")], sync_to_thread=False)
def recent(request: Asked) -> RecentIncidents:
    """Open and lately closed incidents, the newest first; a crew sees the ones it was sent to, an agency its own."""
    desk = serving(request).desk
    person: Person = request.state.person
    found = desk.recent.incidents(lambda one: may_read(person, "incident", one, desk.unit))
    return RecentIncidents(incidents=tuple(found))


@get("/api/v1/region", guards=[may_ask("region")], sync_to_thread=False)
def region(request: Asked) -> dict[str, Any]:
    """The region's name, extent, posts, stations and hospitals."""
    here = serving(request).desk.region
    if here is None:
        return {"name": "", "bbox": None, "posts": [], "stations": [], "hospitals": []}
    west, south, east, north = here.bbox
    return {
        "name": here.name,
        "bbox": here.bbox,
        "centre": [(west + east) / 2, (south + north) / 2],
        "timezone": here.timezone,
        "attribution": here.manifest.attribution,
        "measures": here.manifest.measures,
        "posts": here.places.posts,
        "stations": here.places.stations,
        "hospitals": here.places.hospitals,
    }


def _note_read(here: Serving, request: Asked, what: str, which: str) -> None:
    here.accounts.note_read(request.state.person, what, which, here.wall.now())


QUERIES = [
    search_places,
    name_of_point,
    content_in_force,
    recommended,
    route,
    duplicates_of,
    destinations,
    timeline,
    recent,
    region,
]
