"""Imported once by the parent of all notebook processes: everything heavy that a chapter needs, and nothing else.

Only imports: no file, no clock, no thread may be started here, or a fork could hang.
"""

import importlib

# By name: the chapters are above this layer and only their imports are wanted here.
for _name in (
    "altair",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow.parquet",
    "jeugd_analysis.publish.engine",
    "jeugd_analysis.chapters",
):
    importlib.import_module(_name)
