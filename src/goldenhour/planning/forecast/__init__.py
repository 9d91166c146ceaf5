"""Demand forecast: calls per zone and hour with intervals, tested on years it has not seen."""

from goldenhour.planning.forecast.anomaly import Anomaly, anomalies
from goldenhour.planning.forecast.backtest import Backtest, backtest
from goldenhour.planning.forecast.counts import HourlyCounts, count_calls
from goldenhour.planning.forecast.intervals import Band, bands
from goldenhour.planning.forecast.model import DemandModel, fit, predict, predict_ahead
from goldenhour.planning.forecast.reading import read_hourly

__all__ = [
    "Anomaly",
    "Backtest",
    "Band",
    "DemandModel",
    "HourlyCounts",
    "anomalies",
    "backtest",
    "bands",
    "count_calls",
    "fit",
    "predict",
    "predict_ahead",
    "read_hourly",
]
