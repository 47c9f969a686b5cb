"""The site on a loopback port, and what tests ask of it as CKAN's clients do."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


@contextmanager
def served(site):
    """The address of the site while it is served."""
    server = make_server("127.0.0.1", 0, site.server, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def asker(client):
    """Gives a function that calls an action and gives its result, which must be a success."""

    def ask(name, /, **parameters):
        answer = client.post(f"/api/3/action/{name}", json=parameters)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        envelope = answer.get_json()
        assert envelope["success"] is True
        return envelope["result"]

    return ask


def refusal(client, name, /, **parameters):
    """(status, error) of a call that must fail in CKAN's envelope."""
    answer = client.post(f"/api/3/action/{name}", json=parameters)
    envelope = answer.get_json()
    assert (envelope["success"], "result" in envelope) == (False, False)
    assert answer.content_type == "application/json;charset=utf-8"
    return answer.status_code, envelope["error"]


def query(**parameters):
    """Parameters as an address holds them."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
