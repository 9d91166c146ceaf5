"""Routing servers elsewhere (Valhalla, OSRM) behind the same port as our own travel times."""
