"""Processes that begin with the libraries already loaded.

A server process imports the libraries once; kernels, and the builds of ``serve``, are forks of
it. The server loads no module of this project: each fork loads, and a kernel records, its own.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

KERNEL = (
    *("altair", "IPython.core.completerlib", "IPython.extensions.storemagic", "ipykernel.debugger"),
    *("ipykernel.kernelapp", "narwhals._pandas_like.dataframe", "pandas", "scipy.stats", "sqlite3"),
)
BUILD = (
    *("altair", "jupyter_book.cli.main", "jupyter_book.sphinx", "jupytext", "pandas", "papermill"),
    *("latex2mathml.converter", "myst_nb.sphinx_ext", "sphinx.builders.html", "sphinx_book_theme"),
    *("sphinx_copybutton", "sphinx_design", "sphinx_thebe", "sphinx_togglebutton", "vl_convert"),
)
PROVISIONER = "warm"


def processes(libraries: Iterable[str]) -> ForkServerContext:
    """Where to start processes with these libraries; the first call of a process decides."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(libraries))
    return context


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork instead of a command; the rest is Jupyter's."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel; ``cmd`` ends with its connection file and the file for its trace."""
        from press.publishing.kernel import main

        process = processes(KERNEL).Process(target=main, args=tuple(cmd[-2:]), daemon=True)
        process.start()
        self.process = _Handle(process)  # type: ignore[assignment]
        self.pid = process.pid
        return self.connection_info


class _Handle:
    """A forked process with the methods of ``subprocess.Popen`` that Jupyter calls."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process, self.pid = process, process.pid or 0
        self.kill, self.terminate = process.kill, process.terminate

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


def register() -> None:
    """Make the provisioner known to Jupyter, for kernel specifications that name it."""
    value = f"{__name__}:{WarmProvisioner.__name__}"
    group = KernelProvisionerFactory.GROUP_NAME
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[PROVISIONER] = EntryPoint(PROVISIONER, value, group)
