"""A call that a collector asks the analysis service to remove is erased like any other: with a receipt, for good."""

from __future__ import annotations

from pathlib import Path

from rtclens.app.forgetting import Forgetting
from rtclens.edge.dump_analyses import DumpAnalyses
from rtclens.edge.importing import Importer
from rtclens.store import Store
from rtclens.wire.peermetrics.reading.ids import public

DUMP = Path(__file__).parent.parent / "data" / "dumps" / "impair-a.dump.gz"
NOW = 1_800_000_000_000.0


def test_the_ledger_has_what_a_collector_removed(tmp_path):
    store = Store.open(f"chdb://{tmp_path}")
    store.migrate()
    try:
        forgetting = Forgetting(store, lambda: NOW)
        importer = Importer(store, "standard", lambda: NOW)
        analyses = DumpAnalyses(
            importer, store, lambda: NOW, "http://here", lambda app, call: forgetting.forget(app, call, by="collector")
        )
        (call,) = importer.run("app", [DUMP]).calls
        assert analyses.erase(["another"], public(call.call_id)).status == 404
        assert analyses.erase(["app"], public(call.call_id)).status == 200
        (receipt,) = forgetting.erasures(["app"], 0, 10)
        assert (receipt.call_id, receipt.remaining) == (call.call_id, {})
        assert receipt.removed["samples"] == 74
        assert analyses.erase(["app"], public(call.call_id)).status == 404
    finally:
        store.close()
