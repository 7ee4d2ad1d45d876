# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The description of the interface (OpenAPI 3.1); its schemas are those of `venloc.answers`."""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias

from fastapi import FastAPI

from venloc._core import picture_formats
from venloc.answers import DEFINITIONS
from venloc.web import problems

Responses: TypeAlias = dict[int | str, dict[str, Any]]

_PREFIX = "#/components/schemas/"

FILE = {"type": "string", "format": "binary"}
UPLOAD_PROBLEMS = (400, 408, 413, 415, 422, 503)
"""Statuses of requests whose form cannot be read, or for which the server has no capacity."""


def named(name: str) -> dict[str, Any]:
    """A reference to the schema of this name."""
    return {"$ref": _PREFIX + name}


def returns(schema: dict[str, Any], *, status: int = 200, media_types: tuple[str, ...] = ()) -> Responses:
    """The response of a route that returns JSON of this schema, or one of the other media types."""
    content: dict[str, Any] = {"application/json": {"schema": schema}, **{kind: {} for kind in media_types}}
    return {status: {"content": content}}


def fails(*statuses: int) -> Responses:
    """The error responses of a route."""
    return {status: {"content": {problems.MEDIA_TYPE: {"schema": named("Problem")}}} for status in statuses}


def form(files: str, optional: tuple[str, ...] = (), **parts: dict[str, Any]) -> dict[str, Any]:
    """The request of a route that parses its form itself. The part named `files` contains pictures."""
    required = [name for name in parts if name not in optional]
    schema = {"type": "object", "required": required, "properties": parts, "additionalProperties": False}
    readable = ", ".join(kind.media_type for kind in picture_formats() if kind.readable)
    content = {"schema": schema, "encoding": {files: {"contentType": readable}}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": content}}}


def describe(app: FastAPI) -> None:
    """Adds the schemas that the routes of the app refer to."""
    without = app.openapi

    def described() -> dict[str, Any]:
        if not app.openapi_schema:
            description = without()
            description["components"] = {"schemas": _schemas(description["paths"])}
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign] # FastAPI's way to extend a description


def _schemas(paths: dict[str, Any]) -> dict[str, Any]:
    """The definitions that these paths refer to, directly or through other definitions."""
    definitions: dict[str, Any] = json.loads(json.dumps(_public(DEFINITIONS)).replace("#/$defs/", _PREFIX))
    found: dict[str, Any] = {}
    left = _references(paths)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = definitions[name]
            left += _references(found[name])
    return dict(sorted(found.items()))


def _references(value: Any) -> list[str]:
    return re.findall(rf'"{_PREFIX}(\w+)"', json.dumps(value))


def _public(value: Any) -> Any:
    """The schema without the annotations that only the page needs."""
    if isinstance(value, list):
        return [_public(item) for item in value]
    if isinstance(value, dict):
        return {key: _public(item) for key, item in value.items() if not key.startswith("x-")}
    return value
