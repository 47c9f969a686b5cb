"""A loopback server that speaks CKAN for four portals at once, for runs and tests without the real ones."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from flask import Flask, Response, abort, request, send_file
from werkzeug.serving import WSGIRequestHandler, make_server

from etl.sample import faults as wrong
from etl.sample.actions import answer_action
from etl.sample.apis import APIS, answer_page
from etl.sample.catalogue import MODIFIED, Catalogue, Served, build_catalogue
from etl.sample.decoys import PAGE, UNRELATED, write_decoys
from etl.sample.generate import SampleFile, generate_files
from etl.sample.plan import DATASETS, plan_files
from etl.sample.projects import FILES, write_projects
from etl.sample.topics import TOPIC_DATASETS, generate_topics, plan_topics

HOST = "127.0.0.1"
POLL_SECONDS = 0.02
"""How soon the server notices that it shall stop."""
PORTALS = ("hri", "avoindata", "tampere", "oulu")
AT_FIXED_ADDRESSES = "files"
"""Besides the portals: where a run asks for the files that have an address of their own."""
DATASET_NAMES = (*(name for _, name in DATASETS.values()), *(topic.name for topic in TOPIC_DATASETS))
JSON_TYPE = "application/json;charset=utf-8"
CONTENT_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LAST_MODIFIED = MODIFIED.replace(microsecond=0)


class SamplePortal:
    """Generates files, serves them, and stops with the `with` block.

    `directory` keeps the files for the next time; without it they are gone afterwards. `faults` maps a
    dataset's name, a source's that has a fixed address, or `*`, to a fault of `faults.py`, and `portal:NAME` to `down`.
    """

    portals: dict[str, str]
    files: list[SampleFile]
    """Of purchases."""
    topic_files: list[SampleFile]
    """Of all other topics."""

    def __init__(
        self,
        *,
        rows: int = 60_000,
        seed: int = 6,
        directory: Path | None = None,
        faults: Mapping[str, str] | None = None,
    ) -> None:
        self.rows, self.seed, self.directory, self.faults = rows, seed, directory, dict(faults or {})
        self.portals, self.files, self.topic_files = {}, [], []
        self._stop = threading.Event()
        self._stack = ExitStack()
        self._catalogues: dict[str, Catalogue] = {}
        self._replacements: dict[str, Path] = {}
        self._fixed: dict[str, Path] = {}
        wrong.check_faults(self.faults, {*DATASET_NAMES, UNRELATED, *FILES}, (*PORTALS, *APIS))

    def __enter__(self) -> SamplePortal:
        with ExitStack() as stack:
            scratch = Path(stack.enter_context(TemporaryDirectory(prefix="sample-portal-")))
            directory = self.directory or scratch / "files"
            directory.mkdir(parents=True, exist_ok=True)
            self.files = generate_files(directory, rows=self.rows, seed=self.seed)
            self._fixed = write_projects(scratch / AT_FIXED_ADDRESSES, rows=self.rows, seed=self.seed)
            self.topic_files = generate_topics(directory, rows=self.rows, seed=self.seed)
            self._fill_catalogues(scratch, self._start(stack))
            self._replace_files(scratch)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> int:
        """Start the server in a thread of its own. Returns its port. Stopping first wakes what sleeps."""
        server = make_server(HOST, 0, self._make_app(), threaded=True, request_handler=_QuietHandler)
        serve = partial(server.serve_forever, poll_interval=POLL_SECONDS)
        thread = threading.Thread(target=serve, name="sample-portal", daemon=True)
        thread.start()
        for step in (server.server_close, thread.join, server.shutdown, self._stop.set):
            stack.callback(step)
        self._stop.clear()
        for name in (*PORTALS, *APIS):
            is_down = self.faults.get(f"portal:{name}") == wrong.DOWN
            port = _closed_port(stack) if is_down else server.server_port
            self.portals[name] = f"http://{HOST}:{port}/{name}"
        self.portals[AT_FIXED_ADDRESSES] = f"http://{HOST}:{server.server_port}/{AT_FIXED_ADDRESSES}"
        return server.server_port

    def _fill_catalogues(self, scratch: Path, port: int) -> None:
        decoys = write_decoys(scratch / "decoys")
        hidden = {name for name in DATASET_NAMES if self._fault(name) == wrong.NO_DATA}
        for name in PORTALS:
            files = [file for file in (*self.files, *self.topic_files) if file.portal == name]
            base = f"http://{HOST}:{port}/{name}"
            self._catalogues[name] = build_catalogue(name, base, files, decoys, hidden)

    def _fault(self, dataset: str) -> str:
        return wrong.fault_of(self.faults, dataset)

    def _replace_files(self, scratch: Path) -> None:
        plans = {(plan.dataset, plan.name): plan for plan in plan_files(self.rows)}
        topics = {(topic.dataset, topic.name): topic for topic in plan_topics(self.rows)}
        for catalogue in self._catalogues.values():
            for served in catalogue.served.values():
                fault = self._fault(served.dataset)
                if fault in wrong.REPLACED and served.source and self._is_faulty(served):
                    path = scratch / served.path.name
                    key = (served.dataset, served.path.name)
                    if key in topics:
                        wrong.write_topic_replacement(fault, path, topics[key], self.seed)
                    else:
                        wrong.write_replacement(fault, path, plans[key], self.seed)
                    self._replacements[served.id] = path

    def _is_faulty(self, served: Served) -> bool:
        """Whether it is its dataset's first data file, or the same in another format."""
        first = next((s for s in self._catalogues_of(served) if s.source and s.dataset == served.dataset), None)
        return bool(served.source and first and first.path.stem == served.path.stem)

    def _catalogues_of(self, served: Served) -> list[Served]:
        return next(list(c.served.values()) for c in self._catalogues.values() if served.id in c.served)

    def _make_app(self) -> Flask:
        app = Flask(__name__, static_folder=None)
        action, both = "/api/action/<name>", ["GET", "POST"]
        app.add_url_rule(f"/<portal>{action}", "action", self._action, methods=both)
        app.add_url_rule("/<portal>/api/3/action/<name>", "action3", self._action, methods=both)
        app.add_url_rule("/<portal>/dataset/<dataset>", "page", self._page)
        file_rule = "/<portal>/dataset/<dataset>/resource/<identifier>/download/<file>"
        app.add_url_rule(file_rule, "download", self._download)
        app.add_url_rule(f"/{AT_FIXED_ADDRESSES}/<name>.csv", "file", self._file)
        app.add_url_rule("/servicemap/<list_name>/", "servicemap", partial(self._api, "servicemap"))
        app.add_url_rule("/ptv/Service/list/area/Municipality/code/<list_name>", "ptv", partial(self._api, "ptv"))
        return app

    def _catalogue(self, portal: str) -> Catalogue:
        if portal not in self._catalogues or self.faults.get(f"portal:{portal}") == wrong.DOWN:
            abort(404)
        return self._catalogues[portal]

    def _action(self, portal: str, name: str) -> Response:
        catalogue = self._catalogue(portal)
        params = _read_params()
        if params is None:
            return _json(400, "Bad request - JSON Error: Error decoding JSON data.")
        package = catalogue.find(str(params.get("id"))) if name == "package_show" else None
        instead = wrong.answer_package(self._fault(package["name"]), self._stop) if package else None
        return instead or _json(*answer_action(catalogue, name, params))

    def _api(self, portal: str, list_name: str) -> Response:
        """A page of one of the APIs' lists."""
        files = [f for f in self.topic_files if (f.portal, f.dataset) == (portal, list_name)]
        if not files or self.faults.get(f"portal:{portal}") == wrong.DOWN:
            abort(404)
        return _json(*answer_page(portal, files[0].path, request.base_url, request.args))

    def _page(self, portal: str, dataset: str) -> Response:
        if self._catalogue(portal).find(dataset) is None:
            abort(404)
        return Response(PAGE, content_type="text/html; charset=utf-8")

    def _download(self, portal: str, dataset: str, identifier: str, file: str) -> Response:
        """As in CKAN, the file's name in the URL is not looked at."""
        served = self._catalogue(portal).served.get(identifier)
        if served is None or (package := self._catalogue(portal).find(dataset)) is None:
            abort(404)
        if package["name"] == served.dataset and self._is_faulty(served):
            instead = wrong.answer_file(self._fault(served.dataset), served.path, self._stop)
            if instead is not None:
                return instead
        return self._send(served, file)

    def _file(self, name: str) -> Response:
        """The file of a source that has a fixed address in a real run."""
        path = self._fixed.get(name)
        if path is None:
            abort(404)
        fault = self._fault(name)
        instead = wrong.answer_package(fault, self._stop) or wrong.answer_file(fault, path, self._stop)
        return instead or send_file(
            path.resolve(), mimetype="text/csv", conditional=True, etag=_digest(path), last_modified=LAST_MODIFIED
        )

    def _send(self, served: Served, name: str) -> Response:
        """The file with validators that follow from its content; 304, 206 and HEAD come from Flask."""
        path = self._replacements.get(served.id, served.path)
        etag = served.source.sha256 if served.source and path == served.path else _digest(path)
        response = send_file(
            path.resolve(), download_name=name, conditional=True, etag=etag, last_modified=LAST_MODIFIED
        )
        if response.status_code in (200, 206):
            response.headers["Content-Type"] = CONTENT_TYPES.get(path.suffix, "application/octet-stream")
        return response


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing: a test's output is the test's."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Drop the message."""


def _closed_port(stack: ExitStack) -> int:
    """A port that is taken but on which nobody listens, so that connections are refused."""
    taken = stack.enter_context(socket.socket())
    taken.bind((HOST, 0))
    port: int = taken.getsockname()[1]
    return port


def _read_params() -> dict[str, Any] | None:
    """Parameters of a GET or POST; None for a body that is no JSON object."""
    if request.method == "GET" or request.form:
        return dict(request.values)
    try:
        params = json.loads(request.get_data() or b"{}")
    except ValueError:
        return None
    return params if isinstance(params, dict) else None


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type=JSON_TYPE)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
