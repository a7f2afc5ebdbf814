"""The server behind the browser: it knows whom it still answers, and can wait until that is nobody.

A test that ends with a request in flight would otherwise meet it again: the tables are emptied while it is answered.
"""

from __future__ import annotations

import select
from threading import Condition
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread
from pytest_django.live_server_helper import LiveServer

# Longer than any page takes, on a machine that does much else.
PATIENCE_SECONDS = 30


class CountingServer(ThreadedWSGIServer):
    """Counts a connection from before it is accepted until its thread has let go of the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connected = 0
        self.changed = Condition()

    def get_request(self) -> Any:
        # Counted before it leaves the queue, so that it is always seen in one of the two.
        self._count(1)
        try:
            return super().get_request()
        except OSError:
            self._count(-1)
            raise

    def close_request(self, request: Any) -> None:
        super().close_request(request)
        self._count(-1)

    def wait_until_idle(self) -> None:
        """Return once nobody is connected or waits to be. Raises TimeoutError when somebody stays."""
        with self.changed:
            if not self.changed.wait_for(self.is_idle, timeout=PATIENCE_SECONDS):
                raise TimeoutError(f"{self.connected} connections are still open after {PATIENCE_SECONDS} s.")

    def is_idle(self) -> bool:
        waiting, _, _ = select.select([self], [], [], 0)
        return not self.connected and not waiting

    def _count(self, more: int) -> None:
        with self.changed:
            self.connected += more
            self.changed.notify_all()


class ServerThread(LiveServerThread):
    server_class = CountingServer


class Server(LiveServer):
    """Started when made. Static files go the product's way, through its middleware, and a browser may keep them."""

    def __init__(self) -> None:
        super().__init__("localhost", start=False)
        self.thread = ServerThread("localhost", static_handler=_as_it_is, connections_override={})
        self.thread.daemon = True
        self.start()

    def wait_until_idle(self) -> None:
        """Return once every request is answered and every connection closed. Raises TimeoutError when one stays."""
        self.thread.httpd.wait_until_idle()


def _as_it_is(application: WSGIHandler) -> WSGIHandler:
    return application
