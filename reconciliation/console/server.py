"""gunicorn's settings for `manage.py start`."""

from typing import Any

workers = 1
worker_class = "gthread"
threads = 8
loglevel = "warning"
graceful_timeout = 10
control_socket_disable = True  # it would stand in the home directory

_embedded: list[Any] = []


def post_worker_init(worker: Any) -> None:
    """Django is loaded now, in the process that answers: deliveries are made from a thread of the same process."""
    from cqrs.worker import EmbeddedWorker  # noqa: PLC0415 - gunicorn's parent has no Django

    deliveries = EmbeddedWorker()
    deliveries.start()
    _embedded.append(deliveries)
    for listener in worker.sockets:
        print(f"Serving the web admin and the API at {listener}/ - Ctrl-C stops.", flush=True)  # noqa: T201


def worker_exit(_server: Any, _worker: Any) -> None:
    while _embedded:
        _embedded.pop().stop()
