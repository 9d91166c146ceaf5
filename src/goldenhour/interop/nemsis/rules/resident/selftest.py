"""Before a worker is trusted: documents that must fail do fail."""

from goldenhour.interop.nemsis.rules.installed import SchemaFolder
from goldenhour.interop.nemsis.rules.report import NEMSIS, DataSet
from goldenhour.interop.nemsis.rules.tiers import Tiers


class SelfTestFailed(RuntimeError):
    """The schemas or rules accepted a document that has to fail; no verdict of theirs can be believed."""


def self_test(tiers: Tiers, folder: SchemaFolder, data_set: DataSet) -> None:
    """An empty document must fail, and every document of a `pretest/fail` folder if the copy has one."""
    empty = f'<{data_set}DataSet xmlns="{NEMSIS}"/>'.encode()
    if tiers.check(empty, path="self-test").report.valid:
        raise SelfTestFailed(f"an empty {data_set} document passed the {data_set} schema in {folder.root}")
    for path in sorted(folder.root.glob(f"**/pretest/fail/*{data_set}*.xml")):
        if tiers.check(path.read_bytes(), path=str(path)).report.valid:
            raise SelfTestFailed(f"{path} passed, and it is made to fail")
