# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Completes a wheel with all licence texts and a CycloneDX list of what is inside (PEP 639, PEP 770).

    python packaging/finish_wheel.py WHEEL PREFIX FOLDER

PREFIX is where packaging/dependencies.sh installed the libraries, FOLDER where the complete wheel goes.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SOURCES = json.loads(Path(__file__).with_name("sources.json").read_text(encoding="utf-8"))
# What is part of files in the repository, with the licence texts that are not among the libraries'.
MODEL = {"name": "EfficientNet-Lite2, trunk (weights in venice.venloc)", "version": "1", "license": "Apache-2.0"}

Component = dict[str, Any]


def licensed(expression: str) -> list[dict[str, Any]]:
    """CycloneDX writes a single SPDX identifier and an expression in two ways."""
    return [{"expression": expression}] if " " in expression else [{"license": {"id": expression}}]


def libraries() -> list[Component]:
    """The libraries of sources.json, each with the checksums of its sources."""
    found: list[Component] = []
    for source in SOURCES.values():
        archives = [
            {"type": "source-distribution", "url": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
            for name, digest in source["files"].items()
        ]
        for part in source["components"]:
            found.append(
                {
                    "type": "library",
                    "bom-ref": part["name"],
                    "name": part["name"],
                    "version": part["version"],
                    "licenses": licensed(part["license"]),
                    "externalReferences": archives,
                    "properties": [{"name": "venloc:linked", "value": part["linked"]}],
                }
            )
    return found


def page_libraries() -> list[Component]:
    """The packages that the web page is built from; the lock file has their checksums."""
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found: list[Component] = []
    for path, package in packages.items():
        if path and not package.get("dev"):
            name = path.removeprefix("node_modules/")
            algorithm, _, digest = package["integrity"].partition("-")
            checksum = {"alg": f"SHA-{algorithm[3:]}", "content": base64.b64decode(digest).hex()}
            archive = {"type": "source-distribution", "url": f"{name}-{package['version']}.tgz", "hashes": [checksum]}
            found.append(
                {
                    "type": "library",
                    "bom-ref": name,
                    "name": name,
                    "version": package["version"],
                    "licenses": licensed(package["license"]),
                    "purl": f"pkg:npm/{name}@{package['version']}",
                    "externalReferences": [archive],
                    "properties": [{"name": "venloc:linked", "value": "bundled in the web page"}],
                }
            )
    return found


def bill_of_materials(version: str, model: Path | None) -> dict[str, Any]:
    """All that is inside, as CycloneDX 1.6; the same input gives the same text."""
    components = libraries() + page_libraries()
    if model is not None:
        digest = hashlib.sha256(model.read_bytes()).hexdigest()
        components.append(
            {
                "type": "machine-learning-model",
                "bom-ref": MODEL["name"],
                "name": MODEL["name"],
                "version": MODEL["version"],
                "licenses": licensed(MODEL["license"]),
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        )
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, components], sort_keys=True))
    purl = f"pkg:pypi/venloc@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": purl,
                "name": "venloc",
                "version": version,
                "licenses": licensed("Apache-2.0"),
                "purl": purl,
            }
        },
        "components": components,
        "dependencies": [{"ref": purl, "dependsOn": [component["bom-ref"] for component in components]}],
    }


def add_licences(info: Path, prefix: Path) -> None:
    """The texts into .dist-info/licenses, and METADATA names them."""
    texts = {path.relative_to(prefix / "licences"): path for path in sorted((prefix / "licences").glob("*/*"))}
    for component in page_libraries():
        folder = ROOT / "web" / "node_modules" / str(component["name"])
        for path in sorted(folder.glob("LICEN[CS]E*")):
            texts[Path(str(component["name"])) / path.name] = path
    for source in (*SOURCES, *(str(component["name"]) for component in page_libraries())):
        if not any(name.parts[0] == source for name in texts):
            raise SystemExit(f"There is no licence text for {source}.")
    for name, path in texts.items():
        target = info / "licenses" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    metadata = (info / "METADATA").read_text(encoding="utf-8")
    expressions = {part["license"] for source in SOURCES.values() for part in source["components"]}
    expressions.update(
        entry.get("license", {}).get("id", entry.get("expression"))
        for page in page_libraries()
        for entry in page["licenses"]
    )
    identifiers = sorted({name for expression in expressions for name in expression.split(" AND ")} - {"Apache-2.0"})
    metadata = re.sub(
        r"(?m)^License-Expression: .*$",
        f"License-Expression: {' AND '.join(['Apache-2.0', *identifiers])}",
        metadata,
        count=1,
    )
    names = "".join(f"License-File: {name.as_posix()}\n" for name in texts)
    metadata = re.sub(
        r"((?:^License-File: .*\n)+)", lambda found: found[1] + names, metadata, count=1, flags=re.MULTILINE
    )
    (info / "METADATA").write_text(metadata, encoding="utf-8")


def main(wheel: Path, prefix: Path, folder: Path) -> None:
    """The complete wheel, in ``folder``."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(
            [sys.executable, "-m", "wheel", "unpack", "-d", name, str(wheel)], check=True, stdout=subprocess.DEVNULL
        )
        (content,) = Path(name).iterdir()
        (info,) = content.glob("*.dist-info")
        package = content / "venloc"
        if not (package / "web" / "static" / "index.html").exists():
            raise SystemExit("The wheel has no web page: run `make web` first.")
        model = package / "models" / "venice.venloc"
        add_licences(info, prefix)
        (info / "sboms").mkdir(exist_ok=True)
        version = wheel.name.split("-")[1]
        bom = bill_of_materials(version, model if model.exists() else None)
        (info / "sboms" / "venloc.cdx.json").write_text(json.dumps(bom, indent=1) + "\n", encoding="utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "wheel", "pack", "-d", str(folder), str(content)],
            check=True,
            stdout=subprocess.DEVNULL,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
