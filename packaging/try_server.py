# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Starts `venloc serve` of this Python's environment, fetches the page, locates pictures and prints what `venloc locate --json`
would.
"""

import json
import re
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path


def main(pictures: list[Path]) -> None:
    """One line for each picture."""
    program = Path(sys.executable).with_name("venloc")
    server = subprocess.Popen([program, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        address = ""
        for line in server.stderr:
            found = re.search(r"running on (http://\S+)", line)
            if found:
                address = found[1].rstrip("/")
                break
        if not address:
            raise SystemExit("the server ended before it was ready")
        for path, wanted in (("/healthz", ""), ("/", "<html")):
            with urllib.request.urlopen(address + path, timeout=60) as answer:
                if wanted not in answer.read().decode():
                    raise SystemExit(f"{path} is not what was expected")
        for picture in pictures:
            boundary = uuid.uuid4().hex
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="pictures"; filename="{picture.name}"\r\n\r\n'
            body = head.encode() + picture.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
            headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
            request = urllib.request.Request(address + "/api/v1/locate", body, headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = json.load(answer)
            print(json.dumps({**found["answers"][0], "file": str(picture)}))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
