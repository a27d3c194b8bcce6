"""A papermill engine that runs a notebook in this very process, meant for a process forked from a warm parent.

A fresh kernel spends seconds on imports for a tenth of a second of work. The parent process (multiprocessing's
forkserver) imports once and starts no threads; each notebook then gets a fork of its own, so no notebook can see
another's variables. The outputs are those of the plain kernel: a test compares them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

PRELOAD = "jeugd_analysis.publish.warm"  # what the parent imports before it forks


class _Stream(io.TextIOBase):
    """Printed text, kept in order with the other outputs; pieces that follow each other become one."""

    def __init__(self, name: str, outputs: list[NotebookNode]) -> None:
        super().__init__()
        self._name, self._outputs = name, outputs

    def write(self, text: str) -> int:
        last = self._outputs[-1] if self._outputs else None
        if last is not None and last.output_type == "stream" and last.name == self._name:
            last.text += text
        elif text:
            self._outputs.append(new_output("stream", name=self._name, text=text))
        return len(text)


class _Publisher(DisplayPublisher):
    record: Callable[[NotebookNode], None]

    def publish(  # type: ignore[override]  # IPython itself calls it with these two and names for the rest
        self, data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: object
    ) -> None:
        self.record(new_output("display_data", data=data, metadata=metadata or {}))


class _Hook(DisplayHook):
    record: Callable[[NotebookNode], None]
    shell: Any
    number: int  # of the cell; the shell has already moved on to the next

    def __call__(self, result: object = None) -> None:
        if result is not None and not self.quiet():
            self.update_user_ns(result)
            data, metadata = self.shell.display_formatter.format(result)
            self.record(new_output("execute_result", data=data, metadata=metadata, execution_count=self.number))


class _Shell(InteractiveShell):
    record: Callable[[NotebookNode], None]
    display_pub: Any
    displayhook: Any

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.record(new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=stb))


@contextmanager
def _shell() -> Iterator[_Shell]:
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False  # the history starts a thread and writes to the user's home
    shell = _Shell.instance(config=config, display_pub_class=_Publisher, displayhook_class=_Hook)
    shell.colors = "nocolor"
    try:
        yield shell
    finally:
        _Shell.clear_instance()


def _run_cell(shell: _Shell, cell: NotebookNode) -> bool:
    """Run one cell, keep its outputs in it, and tell whether it went well."""
    outputs: list[NotebookNode] = []
    shell.record = shell.display_pub.record = shell.displayhook.record = outputs.append
    cell.execution_count = shell.displayhook.number = shell.execution_count
    with redirect_stdout(_Stream("stdout", outputs)), redirect_stderr(_Stream("stderr", outputs)):
        result = shell.run_cell(cell.source, store_history=True)
    cell.outputs = outputs
    return bool(result.success)


class WarmEngine(Engine):
    """Registered with papermill as 'warm'."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **_: object) -> None:
        """Run the cells in order and stop at the first that fails, as papermill's own engine does."""
        with _shell() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                went_well = cell.cell_type != "code" or _run_cell(shell, cell)
                if not went_well:
                    nb_man.cell_exception(cell, cell_index=index, exception=None)
                nb_man.cell_complete(cell, cell_index=index)
                if not went_well:
                    break


# Not as an entry point: papermill would load this module while this module is loading papermill.
papermill_engines.register("warm", WarmEngine)
