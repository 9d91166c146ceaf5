"""Regions, the geocoder and the made-up county."""
