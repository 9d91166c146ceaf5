"""What streets and places are called in Meridian County."""

from typing import Final

from numpy.random import Generator

_TREES: Final = (
    "Oak Maple Elm Cedar Walnut Hickory Sycamore Locust Chestnut Birch Poplar Willow Linden Ash Spruce Juniper Dogwood "
    "Redbud Hawthorn Cherry Plum Pear Mulberry Persimmon Pecan Laurel Holly Magnolia Cypress Hazel Alder Aspen Beech"
)
_PEOPLE: Final = (
    "Adams Benton Calhoun Carver Chandler Clay Clemens Crockett Dawson Douglas Ellis Fairfax Fletcher Garfield Graham "
    "Grant Hadley Hamilton Harlan Harrison Hayes Holloway Hudson Jackson Kearney Keller Lafayette Langston Larkin "
    "Lincoln Madison Marshall Mercer Merritt Morgan Osborne Pemberton Perry Pershing Polk Porter Prescott Quincy "
    "Randolph Reed Sherman Sheridan Stanton Sterling Sumner Taylor Truman Turner Tyler Vance Wagner Warren Webster "
    "Whitaker Wilson Winthrop Yates Abbott Barlow Cassidy Delaney Emerson Farrell Gallagher Hollis Ingram Jarvis"
)
_NATURE: Final = (
    "Meadow Prairie Bluff Spring Brook Valley Ridge Orchard Clover Heather Quail Pheasant Fox Deer Heron Robin Lark "
    "Cardinal Sunset Sunrise Hillcrest Fairview Lakeview Riverside Highland Woodland Glen Stone Sandstone Limestone "
    "Cottonwood Thistle Bluestem Sumac Goldenrod Larkspur Aster Primrose Violet Ivy Fern Moss Willowbrook Rosewood "
    "Foxglove Wheatfield Harvest Homestead Windmill Silo Coppermine Lantern Bell Mason Cooper Weaver Potter Tanner"
)
_RURAL: Final = (
    "Harmon Schoolhouse|Nine Elms|Dry Fork|Pike Hollow|Old Ferry|Turkey Creek|Mount Zion|Salem Church|Wolf Branch|"
    "Grange Hall|Sugar Camp|Blue Mound|Cold Spring|Shady Grove|Possum Trot|Stone Chapel|Little Bethel|Antioch|Ebenezer|"
    "Hog Back|Prairie View|Red Barn|Cutler Farm|"
    "Brick Kiln|Sawmill|Gravel Pit|Limekiln|Toll House|Coal Bank|Buck Run|Quarry|"
    "Sand Hill|Long Branch|Crooked Creek|Union Chapel|Pleasant Hope|Fairground|Poor Farm|Orchard Hill|Dutch Settlement"
)
HAMLETS: Final = (
    "Nine Elms",
    "Pike Hollow",
    "Dry Fork",
    "Salem",
    "Cutler",
    "Antioch",
    "Harmon",
    "Blue Mound",
    "Old Ferry",
)
_BASES: Final = tuple(dict.fromkeys((_TREES + " " + _PEOPLE + " " + _NATURE).split()))
_RURAL_BASES: Final = tuple(_RURAL.split("|"))
_TOWN_TYPES: Final = ("Street", "Street", "Street", "Avenue", "Avenue", "Drive", "Lane", "Road")
_SUBURB_TYPES: Final = ("Drive", "Drive", "Lane", "Circle", "Way", "Trail", "Terrace", "Road", "Avenue")
_SPUR_TYPES: Final = ("Court", "Court", "Place", "Cove", "Close")


class Namer:
    """Hands out each street name once per town."""

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self._used: set[tuple[str, str]] = set()
        self._county_road = 100

    def reserve(self, town: str, *names: str) -> None:
        self._used.update((town, name) for name in names)

    def street(self, town: str, style: str) -> str:
        """A fresh name in the style "old", "suburb" or "spur"."""
        types = {"old": _TOWN_TYPES, "suburb": _SUBURB_TYPES, "spur": _SPUR_TYPES}[style]
        return self._fresh(town, _BASES, types)

    def rural(self) -> str:
        """A fresh country road: a landmark's name or a county road number."""
        if self._rng.random() < 0.4:
            self._county_road += 1 + int(self._rng.integers(0, 5))
            return f"County Road {self._county_road}"
        return self._fresh("", _RURAL_BASES, ("Road",) * 6 + ("Lane",))

    def _fresh(self, town: str, bases: tuple[str, ...], types: tuple[str, ...]) -> str:
        for _ in range(60):
            name = f"{bases[int(self._rng.integers(0, len(bases)))]} {types[int(self._rng.integers(0, len(types)))]}"
            if (town, name) not in self._used:
                self._used.add((town, name))
                return name
        self._county_road += 1
        return f"County Road {self._county_road}" if not town else f"{self._county_road}th Street"
