"""JEMSS cities are read as they lie there, and what is wrong with one is said by file and row."""

import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from goldenhour.geo.jemss import BadCity, BadRaster, City, read_city, read_roads
from goldenhour.geo.jemss.raster import read_raster
from goldenhour.geo.jemss.tables import arithmetic
from goldenhour.geo.roads import COLD, HOT, BadRoads

FILES = {
    "nodes.csv": "nodes,,,\nindex,x,y,offRoadAccess\n1.0,0.0,0.0,1.0\n2.0,0.01,0.0,0.0\n,\n",
    "arcs.csv": "miscData,,,\narcForm,numModes\nundirected,2\n,\narcs,,,\n"
    "index,fromNode,toNode,distance,mode_1,mode_2\n1.0,1.0,2.0,1.2,0.001,0.002\n",
    "map_1.csv": "map,1\nxMin,xMax,yMin,yMax,xScale,yScale\n0,1,0,1,111.0,111.3\n",
    "stations_1.csv": "stations\nindex,x,y,capacity\n1,0.0,0.0,3\n",
    "hospitals_1.csv": "hospitals\nindex,x,y,name\n1,0.01,0.0,General\n",
    "ambulances_1.csv": "ambulances\nindex,stationIndex,class\n1,1,1\n",
    "priorities_1.csv": "priorities\npriority,name,targetResponseTime\n1,highPriority,0.01\n2,lowPriority,0.02\n",
    "travel_1.csv": "travelModes\ntravelModeIndex,offRoadSpeed\n1,480\n2,240\n,\ntravelSets\n"
    "travelSetIndex,priority,travelModeIndex\n1,highPriority,1\n1,lowPriority,2\n,\ntravelSetsTiming\n"
    "startTime,travelSetIndex\n0,1\n",
    "demand_1.csv": "demandRasters\nrasterIndex,rasterFilename\n1,$jemssDir/x/people.tif\n,\ndemandModes\n"
    "modeIndex,rasterIndex,priority,arrivalRate\n1,1,highPriority,10\n2,1,lowPriority,5\n,\ndemandSets\n"
    "setIndex,modeIndices\n1,[1; 2]\n2,[1]\n,\ndemandSetsTiming\nstartTime,setIndex\n0,1\n",
    "calls_gen_config.xml": "<genConfig><sim><callDistributions>"
    '<interarrivalTime seed="4">Exponential(1/(18.8*24))</interarrivalTime>'
    "<priority>Categorical([0.4, 0.6])</priority><dispatchDelay>Normal(50/60/60/24, 0)</dispatchDelay>"
    "<onSceneDuration>Exponential(12/60/24)</onSceneDuration><transport>Bernoulli(0.8)</transport>"
    "<handoverDuration>Gamma(2, 12/60/24)</handoverDuration></callDistributions></sim></genConfig>",
}


def tiff(value: np.ndarray, *, compression: int = 1, order: str = "<") -> bytes:
    """A one-strip GeoTIFF of doubles at 10 E, 50 N, a tenth of a degree a cell."""
    cells = value.astype(order + "f8").tobytes()
    strip = zlib.compress(cells) if compression == 8 else cells
    doubles = struct.pack(order + "9d", 0.1, 0.1, 0, 0, 0, 0, 10.0, 50.0, 0)
    tags = [
        (256, 3, 1, value.shape[1]), (257, 3, 1, value.shape[0]), (258, 3, 1, 64), (259, 3, 1, compression),
        (273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, value.shape[0]), (279, 4, 1, len(strip)), (339, 3, 1, 3),
        (33550, 12, 3, 8 + len(strip)), (33922, 12, 6, 8 + len(strip) + 24),
    ]  # fmt: skip
    head = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 8 + len(strip) + len(doubles))
    table = struct.pack(order + "H", len(tags))
    for tag, kind, count, number in tags:
        table += struct.pack(order + "HHI", tag, kind, count)
        table += struct.pack(order + "HH", number, 0) if kind == 3 else struct.pack(order + "I", number)
    return head + strip + doubles + table + struct.pack(order + "I", 0)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city of one street, its roads and raster inside zip files."""
    for name, text in FILES.items():
        if name not in ("nodes.csv", "arcs.csv"):
            (tmp_path / name).write_text(text)
    with zipfile.ZipFile(tmp_path / "roads.zip", "w") as archive:
        archive.writestr("nodes.csv", FILES["nodes.csv"])
        archive.writestr("deep/arcs.csv", FILES["arcs.csv"])
    with zipfile.ZipFile(tmp_path / "population.zip", "w") as archive:
        archive.writestr("people.tif", tiff(np.array([[0.0, 2.0], [1.0, np.nan]])))
    return tmp_path


def test_a_small_city_in_seconds_metres_and_km_h(city: Path) -> None:
    model = read_city(city)
    assert model.roads.n_arcs == 2  # undirected: both ways
    assert model.roads.seconds[:, 0].tolist() == pytest.approx([86.4, 172.8])
    assert model.roads.length_m.tolist() == [1200.0, 1200.0]
    assert model.roads.off_road_access.tolist() == [True, False]
    assert model.off_road_kmh == (20.0, 10.0)
    assert [(p.name, p.target_s, p.mode) for p in model.priorities] == [
        ("highPriority", pytest.approx(864), HOT), ("lowPriority", pytest.approx(1728), COLD),
    ]  # fmt: skip
    assert model.draws["interarrivalTime"].parameters == (pytest.approx(86_400 / 451.2),)
    assert model.draws["handoverDuration"].parameters == (2, pytest.approx(720))
    assert model.draws["priority"].parameters == (0.4, 0.6)
    assert model.demand[1].where.value.tolist() == [[0, 2], [1, 0]]
    assert (model.stations[0].capacity, model.ambulances[0].station, model.redispatch) == (3, 0, ())


def test_demand_and_travel_that_change_over_time_are_told(city: Path) -> None:
    assert read_city(city).notes == ()
    for name in ("demand_1.csv", "travel_1.csv"):
        (city / name).write_text(FILES[name] + "0.5,2\n")
    model = read_city(city)
    assert [note.split(":")[0] for note in model.notes] == ["travel_1.csv", "demand_1.csv"]
    assert len(model.demand) == 2
    (city / "demand_1.csv").write_text(
        FILES["demand_1.csv"].replace("startTime,setIndex\n0,1", "startTime,setIndex\n0,2")
    )
    assert [d.calls_per_day for d in read_city(city).demand] == [10]


def test_names_of_older_and_newer_jemss_versions(city: Path) -> None:
    older = FILES["calls_gen_config.xml"].replace("handoverDuration>", "transferDuration>")
    (city / "calls_gen_config.xml").write_text(older.replace("transport>", "transfer>"))
    (city / "priorities_1.csv").write_text(
        "priorities\npriority,name,targetResponseDuration,responseTravelPriority\n"
        "1,highPriority,0.01,highPriority\n2,lowPriority,0.02,highPriority\n"
    )
    model = read_city(city)
    assert model.draws["transport"].parameters == (0.8,)
    assert model.draws["handoverDuration"].kind == "Gamma"
    assert [p.mode for p in model.priorities] == [HOT, HOT]
    assert model.off_road_kmh == (20.0, 10.0)


def test_calls_arise_where_the_configuration_says(city: Path) -> None:
    named = FILES["calls_gen_config.xml"].replace(
        "</sim>", "<callDensityRaster><filename>$jemssDir/a/calls.tif</filename></callDensityRaster></sim>"
    )
    (city / "calls_gen_config.xml").write_text(named)
    (city / "calls.tif").write_bytes(tiff(np.array([[3.0]])))
    model = read_city(city)
    assert model.calls.value.tolist() == [[3.0]]
    assert model.demand[0].where.value.tolist() == [[0, 2], [1, 0]]


def test_cells_without_data_in_single_precision(tmp_path: Path) -> None:
    """R writes -3.4e+38 as text, which no float32 is exactly."""
    value = np.array([[1.5, -3.4e38], [0.0, 2.0]], np.float32)
    info = _doubles({33550: (0.1, 0.1, 0.0), 33922: (0.0, 0.0, 0.0, 10.0, 50.0, 0.0)})
    info.tagtype[42113], info[42113] = 2, "-3.4e+38"
    Image.fromarray(value).save(tmp_path / "r.tif", tiffinfo=info)
    assert read_raster((tmp_path / "r.tif").read_bytes()).value.tolist() == [[1.5, 0.0], [0.0, 2.0]]


def test_auckland_as_it_lies_there(shared: Path) -> None:
    model = read_city(shared / "regions/jemss/auckland")
    assert (model.roads.n_nodes, model.roads.n_arcs) == (54_370, 90_638)
    assert tuple(map(len, (model.stations, model.ambulances, model.hospitals))) == (14, 16, 4)
    assert sum(d.calls_per_day for d in model.demand) == pytest.approx(280)
    assert model.draws["onSceneDuration"].parameters == (pytest.approx(720),)
    assert model.redispatch == ((2, 0),)
    raster = model.demand[0].where
    assert raster.value.shape == (1391, 1133)
    assert (raster.west, raster.north) == (pytest.approx(174.5598, abs=1e-4), pytest.approx(-36.5475, abs=1e-4))


def test_manhattan_has_no_distances_so_streets_are_straight(shared: Path) -> None:
    model: City = read_city(shared / "regions/jemss/manhattan")
    assert (model.roads.n_nodes, len(model.hospitals)) == (16_811, 10)
    assert float(model.roads.length_m.max()) < 5_000
    assert sum(d.calls_per_day for d in model.demand) == pytest.approx(451.2)


@pytest.mark.parametrize(
    ("name", "before", "after", "error", "text"),
    [
        ("arcs.csv", "0.001", "fast", BadCity, "mode_1 in row 1 is 'fast'"),
        ("arcs.csv", "0.001", "-0.001", BadRoads, "negative hot travel time"),
        ("arcs.csv", "undirected", "sideways", BadCity, "directed or undirected"),
        ("arcs.csv", "1.0,2.0,1.2", "1.0,7.0,1.2", BadCity, "outside 1..2"),
        ("arcs.csv", "mode_2", "modus", BadCity, "no column 'mode_2'"),
        ("nodes.csv", "0.01,0.0,0.0", "0.01", BadCity, "row 2 .* cut off"),
        ("ambulances_1.csv", "1,1,1", "1,9,1", BadCity, r"outside 1\.\.1"),
        ("priorities_1.csv", "lowPriority", "noPriority", BadCity, "no travel mode for noPriority"),
        ("demand_1.csv", "people.tif", "nobody.tif", BadCity, "holds no nobody.tif"),
        ("demand_1.csv", "lowPriority,5", "lowPriority,-5", BadCity, "does not fit"),
        ("calls_gen_config.xml", "Gamma(2, 12/60/24)", "Cauchy(1)", BadCity, "handoverDuration is 'Cauchy"),
        ("calls_gen_config.xml", "1/(18.8*24)", "open('x')", BadCity, "not a number"),
        ("calls_gen_config.xml", "<transport>Bernoulli(0.8)</transport>", "", BadCity, "no distribution for transport"),
    ],
)
def test_what_is_wrong_is_said(
    city: Path, name: str, before: str, after: str, error: type[Exception], text: str
) -> None:
    assert before in FILES[name]
    (city / name).write_text(FILES[name].replace(before, after))  # beside the zip file, and so before it
    with pytest.raises(error, match=text):
        read_city(city)


def test_no_demand_at_all_is_refused(city: Path) -> None:
    (city / "people.tif").write_bytes(tiff(np.zeros((2, 2))))
    with pytest.raises(BadRaster, match="no demand at all"):
        read_city(city)


def test_a_missing_or_damaged_zip_is_named(city: Path) -> None:
    (city / "roads.zip").write_bytes(b"PK rubbish")
    with pytest.raises(BadCity, match=r"roads\.zip is damaged"):
        read_roads(city)
    (city / "roads.zip").unlink()
    with pytest.raises(BadCity, match=r"no nodes\.csv"):
        read_roads(city)
    with pytest.raises(BadCity, match="not a directory"):
        read_city(city / "nowhere")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [1, 8])
def test_rasters_of_either_byte_order_and_packing(order: str, compression: int) -> None:
    value = np.random.default_rng(5).random((7, 5))
    raster = read_raster(tiff(value, compression=compression, order=order))
    assert np.array_equal(raster.value, value)
    assert (raster.west, raster.north, raster.step_lon, raster.step_lat) == (10.0, 50.0, 0.1, 0.1)


def test_lzw_rasters_as_other_tools_write_them(tmp_path: Path) -> None:
    value = np.random.default_rng(6).integers(0, 4, (300, 200)).astype(np.uint8)
    path = tmp_path / "lzw.tif"
    info = {33550: (0.1, 0.1, 0.0), 33922: (0.0, 0.0, 0.0, 10.0, 50.0, 0.0)}
    Image.fromarray(value).save(path, compression="tiff_lzw", tiffinfo=_doubles(info))
    assert np.array_equal(read_raster(path.read_bytes()).value, value)


def _doubles(info: dict[int, tuple[float, ...]]):
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    for tag, values in info.items():
        tags.tagtype[tag] = 12
        tags[tag] = values
    return tags


@pytest.mark.parametrize("damage", [lambda t: t[:50], lambda t: b"rubbish!", lambda t: t[:-40] + b"\xff" * 40])
def test_a_damaged_raster_is_refused(damage) -> None:
    with pytest.raises(BadRaster):
        read_raster(damage(tiff(np.ones((4, 4)))))


def test_sums_and_nothing_else() -> None:
    assert arithmetic("50/60/60/24") == pytest.approx(50 / 86_400)
    assert arithmetic(" -(1 + 2) * 3 ") == -9
    for text in ("__import__('os')", "1/0", "", "a", "2**9", "[1]"):
        with pytest.raises(ValueError, match="not a number"):
            arithmetic(text)
