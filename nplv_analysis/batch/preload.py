"""What the fork server does before it forks: all that every report would do again. No threads, no sockets."""

from __future__ import annotations

import gc
import importlib
import io
import sys

# Of this jsonschema, which nbformat imports, makes a grammar of web addresses for two seconds; nothing checks those.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
importlib.import_module("jsonschema")
del sys.modules["rfc3987_syntax"]

for _name in (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "jupyter_client.asynchronous.client",
    "matplotlib.pyplot",
    "nbconvert.exporters.html",
    "nplv_analysis.accounting",
    "nplv_analysis.analysis",
    "nplv_analysis.batch.workers",
    "nplv_analysis.charts.slim",
    "nplv_analysis.methods.outlook",
    "nplv_analysis.methods.ranks",
    "nplv_analysis.output.execution",
    "nplv_analysis.output.export",
    "nplv_analysis.sections",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "psutil",
    "scipy.stats",
    "seaborn",
    "shapely",
    "sqlite3",
    "statsmodels.genmod.generalized_linear_model",
    "statsmodels.stats.diagnostic",
    "statsmodels.stats.multitest",
    "statsmodels.tsa.stattools",
    "tornado.platform.asyncio",
):
    importlib.import_module(_name)


def _try_out() -> None:
    """Do once what is slow the first time: check a notebook, make a page, read the catalogue, look for fonts, draw."""
    from nbformat import validate
    from nbformat.v4 import new_markdown_cell, new_notebook

    from nplv_analysis.catalogue import load_catalogue
    from nplv_analysis.charts.drawing import paper, style
    from nplv_analysis.output.reports import to_html

    node = new_notebook(cells=[new_markdown_cell("## Voorbeeld")])
    validate(node)
    to_html(node, "Voorbeeld")
    load_catalogue(checked=True)
    with style():
        sheet = paper(40, left=10, right=10, top=4, bottom=4)
        sheet.write(10, 10, "Voorbeeld")
        sheet.figure.savefig(io.BytesIO(), format="svg")


_try_out()
# What is here now stays: a fork that looked for garbage in it would copy all of it.
gc.collect()
gc.freeze()
# From here on the fork server and all its forks are silent; what a batch has to say it says itself.
importlib.import_module("nplv_analysis.batch.warm").silence()
