"""City models of the JEMSS.jl simulator: read one with `read_city`, or its roads alone with `read_roads`."""

from goldenhour.geo.jemss.city import Ambulance, City, Demand, Priority, Site, read_city, read_roads
from goldenhour.geo.jemss.draws import Draw
from goldenhour.geo.jemss.raster import BadRaster, Raster
from goldenhour.geo.jemss.tables import BadCity

__all__ = [
    "Ambulance",
    "BadCity",
    "BadRaster",
    "City",
    "Demand",
    "Draw",
    "Priority",
    "Raster",
    "Site",
    "read_city",
    "read_roads",
]
