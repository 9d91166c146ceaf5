"""Studies: a place and a scenario become days of calls in the twin, and the log becomes figures people decide by."""

from goldenhour.planning.study.days import draw_calls
from goldenhour.planning.study.jemss import setting_of_city
from goldenhour.planning.study.recorded import read_recorded
from goldenhour.planning.study.region import setting_of_region
from goldenhour.planning.study.results import figures, results
from goldenhour.planning.study.scenario import BadScenario, Scenario, read_scenario, with_settings
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.study import Study, prepare

__all__ = [
    "BadScenario",
    "Scenario",
    "Setting",
    "Study",
    "draw_calls",
    "figures",
    "prepare",
    "read_recorded",
    "read_scenario",
    "results",
    "setting_of_city",
    "setting_of_region",
    "with_settings",
]
