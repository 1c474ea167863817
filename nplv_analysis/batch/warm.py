"""Warm kernels: real ipykernels in processes that begin with the slow imports done.

The fork server of the standard library has done them. It forks a process for each report, and that forks its kernel
before it has a thread or a socket of its own. All else about a kernel is what papermill and nbclient do themselves.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from jupyter_client.manager import KernelManager

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
#: What the fork server imports before it forks.
PRELOADED = "nplv_analysis.batch.preload"
#: Set before it does. Threads do not survive a fork, so there are none for linear algebra and for Arrow's memory; and
#: figures vanish where matplotlib was imported before a kernel chose how to show them. The debugger of a kernel warns
#: on the terminal when it is imported.
QUIET = {
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def can_fork() -> bool:
    """Whether this system has a fork server; Windows has none."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def context() -> ForkServerContext:
    """Give the way to start warm processes."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([PRELOADED])
    return forking


def end_with_parent(before: Callable[[], object] = lambda: None) -> None:
    """End this process, and all of its group, as soon as the one that asked for it is gone, however it went."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            before()
            if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
                os.killpg(0, signal.SIGKILL)
            os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def silence() -> None:
    """Send what this process prints nowhere: its answers go over sockets, and the terminal belongs to the batch."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def fork_kernel() -> Kernel:
    """Fork the kernel of this process, which waits to be told what to serve; call it before anything else."""
    forking = multiprocessing.get_context("fork")
    ours, theirs = forking.Pipe()
    process = forking.Process(target=_serve, args=(theirs,), name="kernel")
    process.start()
    theirs.close()
    return Kernel(process, ours)


def _serve(orders: Connection) -> None:
    """Be a kernel: do what ``python -m ipykernel_launcher`` does."""
    end_with_parent()
    silence()
    arguments, cwd, env = orders.recv()
    from ipykernel.kernelapp import IPKernelApp
    from tornado.ioloop import IOLoop

    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env | {"JPY_PARENT_PID": str(os.getppid())})
    # A fork has the random state of its parent: without this all kernels would draw the same numbers.
    random.seed()
    sys.modules["numpy"].random.seed()
    # The kernel takes ports that are free when it takes them; those chosen for it another kernel may have by now.
    file = Path(arguments[arguments.index("-f") + 1])
    connection = json.loads(file.read_text(encoding="utf-8")) | dict.fromkeys(PORTS, 0)
    file.write_text(json.dumps(connection), encoding="utf-8")
    sys.argv = ["ipykernel_launcher.py", *arguments]
    app = IPKernelApp.instance()
    app.initialize(arguments)
    # Sent when its loop turns, so that nobody talks to a kernel that does not listen yet.
    IOLoop.current().add_callback(orders.send, {name: getattr(app, name) for name in PORTS})
    app.start()


class Kernel:
    """A forked kernel, with the methods of ``subprocess.Popen`` that jupyter_client calls."""

    stdin = stdout = stderr = None

    def __init__(self, process: multiprocessing.process.BaseProcess, orders: Connection) -> None:
        self.process, self.orders = process, orders
        self.pid = cast(int, process.pid)

    async def start(self, arguments: list[str], cwd: str, env: dict[str, str]) -> dict[str, int]:
        """Tell it what to serve, and wait until it says on which ports it does."""
        self.orders.send((arguments, cwd, env))
        while self.process.is_alive():
            if self.orders.poll():
                return dict(self.orders.recv())
            await asyncio.sleep(0.005)
        raise RuntimeError(f"the kernel ended with code {self.process.exitcode}")

    def poll(self) -> int | None:
        """Give the exit code, or None while it runs."""
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it is gone."""
        self.process.join(timeout)
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, for example to interrupt a cell."""
        if self.process.is_alive():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self.process.terminate()

    def manager(self) -> type[KernelManager]:
        """Make the class of kernel managers that nbclient uses for this kernel."""
        from jupyter_client.asynchronous.client import AsyncKernelClient
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_client.provisioning.local_provisioner import LocalProvisioner

        kernel = self

        class Provisioner(LocalProvisioner):
            """Takes the kernel that waits, where jupyter_client would start an interpreter."""

            async def launch_kernel(self, cmd: list[str], **given: Any) -> Any:
                arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
                self.process = kernel  # type: ignore[assignment]
                self.pid = kernel.pid
                ports = await kernel.start(arguments, given.get("cwd") or str(Path.cwd()), dict(given["env"]))
                for name, port in ports.items():
                    setattr(self.parent, name, port)
                return self.connection_info | ports

        class Client(AsyncKernelClient):
            """Knows that the sockets are there, so that it need not wait a fixed time to find out."""

            async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
                end = time.monotonic() + (timeout or 60)
                while time.monotonic() < end:
                    self.kernel_info()
                    try:
                        reply = await self.shell_channel.get_msg(timeout=1)
                        # A message on IOPub says that the subscription has reached the kernel; idle is the last one.
                        seen = None
                        while seen != {"execution_state": "idle"}:
                            seen = (await self.iopub_channel.get_msg(timeout=0.05))["content"]
                    except Empty:
                        if not await self._async_is_alive():
                            raise RuntimeError("Kernel died before replying to kernel_info") from None
                        continue
                    self._handle_kernel_info_reply(reply)
                    return
                raise RuntimeError(f"Kernel didn't respond in {timeout or 60:g} seconds")

            wait_for_ready = _async_wait_for_ready

        class Manager(AsyncKernelManager):
            """Has the client and the way to start above."""

            def __init__(self, **given: Any) -> None:
                super().__init__(**given)
                self.client_factory = Client

            async def _async_pre_start_kernel(self, **given: Any) -> tuple[list[str], dict[str, Any]]:
                if self.provisioner is None:
                    self.provisioner = Provisioner(kernel_id="warm", kernel_spec=self.kernel_spec, parent=self)
                return await super()._async_pre_start_kernel(**given)

        return Manager
