"""Publishes the live release on a CKAN portal: one package a dataset, its tables as uploaded files.

What is there already is left alone, by hash: a second push of the same release writes nothing, so that the portal's
`metadata_modified` tells the truth. Packages and resources are found by name and updated in place; nothing that
stands on the portal is ever deleted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckanapi
import requests

from etl.errors import DeclarationError, FetchError, PublishRefused
from etl.publish.releases import Release
from etl.settings import Settings

FILE_HASH, METADATA_HASH = "kuusi_file_hash", "kuusi_metadata_hash"
"""Our own keys on a resource or package: CKAN and its loaders write to `hash` too."""
FLUENT = frozenset({"fluent", "multilingual", "scheming_datasets"})
"""Extensions under which `title_translated` is a field; elsewhere it is kept as an extra."""
FORMATS = {"csv": ("CSV", "text/csv"), "parquet": ("PARQUET", "application/vnd.apache.parquet")}
TAG = re.compile(r"[\w .-]{2,100}")
LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
ORGANISATION_TITLE = "Kuusi"


@dataclass(frozen=True)
class Target:
    """Where to: the portal's address, the organisation's name there, and the token that may write."""

    url: str
    organisation: str
    token: str | None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise DeclarationError(f"{self.url} is no address of a CKAN", expected="https://…")
        if self.token and parts.scheme == "http" and parts.hostname not in LOCAL:
            raise DeclarationError(f"{self.url} would get the token in clear text", expected="an https address")


@dataclass
class Push:
    """One push. Without `write` it only plans; `steps` has (action, what) of all that it did or would do."""

    release: Release
    target: Target
    settings: Settings
    session: requests.Session
    write: bool = False
    steps: list[tuple[str, str]] = field(default_factory=list)

    def run(self) -> list[tuple[str, str]]:
        """Push every dataset. Raises FetchError where the portal does not do what is asked."""
        extensions = set(self._ask("status_show").get("extensions", []))
        licences = {str(item["id"]).lower(): str(item["id"]) for item in self._ask("license_list")}
        if self._find("organization_show", self.target.organisation) is None:
            title = {"name": self.target.organisation, "title": ORGANISATION_TITLE}
            self._do("organization_create", self.target.organisation, title)
        for dataset in self.release.descriptor["x-datasets"]:
            package = self._package(dataset, licences, is_fluent=bool(extensions & FLUENT))
            self._push_package(package, dataset["resources"])
        return self.steps

    def _package(self, dataset: dict[str, Any], licences: Mapping[str, str], *, is_fluent: bool) -> dict[str, Any]:
        licence = dataset["licence"]["id"]
        translated = {"title_translated": dataset["title"], "notes_translated": dataset["description"]}
        package = {
            "name": f"{self.target.organisation}-{dataset['name']}".replace("_", "-"),
            "title": dataset["title"]["fi"],
            "notes": dataset["description"]["fi"],
            "owner_org": self.target.organisation,
            # Portals name it cc-by-4.0 or CC-BY-4.0, old ones cc-by; what is in no list is sent as it is.
            "license_id": licences.get(licence, licences.get(re.sub(r"-[\d.]+$", "", licence), licence)),
            "tags": [{"name": tag} for tag in dataset["keywords"] if TAG.fullmatch(tag)],
        }
        extras = {} if is_fluent else {key: json.dumps(text, ensure_ascii=False) for key, text in translated.items()}
        package |= translated if is_fluent else {}
        extras[METADATA_HASH] = _hash([package, extras])
        return package | {"extras": [{"key": key, "value": value} for key, value in sorted(extras.items())]}

    def _push_package(self, package: dict[str, Any], tables: list[str]) -> None:
        there = self._find("package_show", package["name"])
        if there is None:
            there = self._do("package_create", package["name"], package) or {"resources": []}
        elif _extra(there, METADATA_HASH) != _extra(package, METADATA_HASH):
            self._do(
                "package_patch", package["name"], {"id": there["id"], **package, "extras": _merged(there, package)}
            )
        known = {item["name"]: item for item in there["resources"]}
        for resource in self.release.descriptor["resources"]:
            if resource["name"] in tables:
                for file in resource["x-distributions"]:
                    self._push_file(package["name"], there.get("id", ""), resource, file, known.get(file["path"]))

    def _push_file(
        self,
        package: str,
        package_id: str,
        resource: dict[str, Any],
        file: dict[str, Any],
        there: dict[str, Any] | None,
    ) -> None:
        kind, mimetype = FORMATS[file["format"]]
        values = {"name": file["path"], "description": resource["x-description"]["fi"], "format": kind}
        values["mimetype"] = mimetype
        values[METADATA_HASH] = _hash(values)
        same = there is not None and there.get(FILE_HASH) == file["hash"]
        if there is not None and same and there.get(METADATA_HASH) == values[METADATA_HASH]:
            return
        where = {"package_id": package_id} if there is None else {"id": there["id"]}
        action = "resource_create" if there is None else "resource_patch"
        what = f"{package}/{file['path']} ({'metadata only' if same else format(file['bytes'], ',') + ' bytes'})"
        path = None if same else self.release.folder / file["path"]
        self._do(action, what, {**where, **values, FILE_HASH: file["hash"], "hash": file["hash"]}, path)

    def _find(self, action: str, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._call(action, {"id": name})
        except ckanapi.NotFound:
            return None
        if found.get("state", "active") != "active":
            raise PublishRefused(
                f"{name} is deleted on {self.target.url}", do="Purge it there or restore it, then push again."
            )
        return found

    def _ask(self, action: str) -> Any:
        try:
            return self._call(action, {})
        except ckanapi.NotFound as error:
            raise FetchError(f"{self.target.url} is no CKAN: it has no {action}", state="wrong_content") from error

    def _do(self, action: str, what: str, data: dict[str, Any], path: Path | None = None) -> Any:
        """Note the step, and take it where this is no dry run."""
        self.steps.append((action, what))
        if not self.write:
            return None
        try:
            return self._call(action, data, path)
        except ckanapi.NotFound as error:
            raise FetchError(f"{self.target.url}: {action} of {what}: not found", state="not_found") from error

    def _call(self, action: str, data: dict[str, Any], path: Path | None = None) -> Any:
        portal = ckanapi.RemoteCKAN(
            self.target.url, apikey=self.target.token, user_agent=self.settings.user_agent, session=self.session
        )
        timeout = (self.settings.connect_timeout_seconds, self.settings.read_timeout_seconds)
        where = f"{self.target.url}: {action}"
        try:
            with ExitStack() as stack:
                files = {"upload": (path.name, stack.enter_context(path.open("rb")))} if path else None
                return portal.call_action(action, data, files=files, requests_kwargs={"timeout": timeout})
        except ckanapi.NotFound:
            raise
        except ckanapi.NotAuthorized as error:
            do = "Set ETL_CKAN_TOKEN to a token that may write to the organisation."
            raise FetchError(f"{where}: not allowed", state="refused", do=do) from error
        except ckanapi.ValidationError as error:
            got = json.dumps(error.error_dict, ensure_ascii=False)
            raise FetchError(f"{where}: the portal does not accept it", state="wrong_content", got=got) from error
        except ckanapi.CKANAPIError as error:
            raise FetchError(f"{where}: the answer is not CKAN's", state="wrong_content") from error
        except requests.RequestException as error:
            raise FetchError(f"{where}: no answer ({type(error).__name__})", state="unreachable") from error


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _extra(package: dict[str, Any], key: str) -> str | None:
    return next((item["value"] for item in package.get("extras", []) if item["key"] == key), None)


def _merged(there: dict[str, Any], package: dict[str, Any]) -> list[dict[str, str]]:
    """The extras that others have put there, and ours."""
    ours = {item["key"]: item["value"] for item in package["extras"]}
    extras = {item["key"]: item["value"] for item in there.get("extras", [])} | ours
    return [{"key": key, "value": value} for key, value in sorted(extras.items())]
