# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Parts of HTML pages that need nothing but themselves: no script, nothing from the network, light and dark.

What is called `text` is escaped here; what is called `html` is taken as it is.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Sequence
from html import escape

from venloc._core import Image, LatLng, encode_jpeg, read_image
from venloc.errors import Error

THUMBNAIL_PX = 160  # longest side of a picture in a page

_LIGHT = (
    "--paper:#f7f5f0;--card:#fffdf9;--ink:#22303a;--soft:#596873;--line:#d8d3c7;--place:#9db4c0;--region:#c0392b;"
    "--dot:#0b6e99;--near:#0b6e99;--mid:#4fb0c6;--far:#e08a2c;--lost:#c0392b"
)
_DARK = (
    "--paper:#172027;--card:#1d2830;--ink:#e8eef2;--soft:#9aabb7;--line:#34434e;--place:#4a6270;--region:#ff7a66;"
    "--dot:#5cc4ee;--near:#3fa9dc;--mid:#a6def0;--far:#f0a050;--lost:#ff6b57"
)


def colours(selector: str) -> str:
    """The style that gives the colours of drawings, as variables, to what the selector names."""
    return f"{selector}{{{_LIGHT};color-scheme:light dark}}@media(prefers-color-scheme:dark){{{selector}{{{_DARK}}}}}"


_STYLE = """
*{box-sizing:border-box}
body{margin:0 auto;max-width:1120px;padding:24px 16px 48px;font:16px/1.5 system-ui,sans-serif;color:var(--ink);
background:var(--paper);overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 8px}h2{font-size:1.3rem;margin:40px 0 8px}h3{font-size:1.05rem;margin:24px 0 8px}
p{margin:0 0 12px;max-width:75ch}a{color:var(--dot)}code{font-size:.88em;overflow-wrap:anywhere}small,figcaption{color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0 0 16px}dt{color:var(--soft)}dd{margin:0;min-width:0}
.wide{overflow-x:auto;margin:0 0 16px}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:0 0 6px}
th,td{text-align:right;padding:4px 0 4px 14px;vertical-align:top;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}th{font-weight:500}
thead th{color:var(--soft)}tbody th{white-space:normal;min-width:7em}
article.finding{margin:0 0 16px}article h2{font-size:1.1rem;margin:0 0 8px}
td small{display:block;line-height:1.2}tr.first>*{font-weight:600}tr.first small{font-weight:400}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px;min-width:0}
figure+.wide{margin-top:16px}
figure svg{display:block;width:100%;height:auto}figcaption{font-size:.9rem;margin-top:8px}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:16px;margin:0 0 16px;align-items:start}
article{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px;min-width:0}
article h4{margin:0 0 4px;font-size:1rem}article p{margin:0 0 8px}article table{font-size:.82rem}
article th,article td{padding-left:12px}
article .wide{margin:8px 0 0}
.views{display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start}
.views>svg,.views>div{flex:1 1 200px;min-width:0}.views>svg{border-radius:6px;background:var(--paper)}.views dl{margin:0}
img{max-width:100%;height:auto;border-radius:4px;display:block}
.thumbs{display:flex;flex-wrap:wrap;gap:8px;list-style:none;padding:0;margin:8px 0 0}.thumbs li{font-size:.75rem;width:124px}
.key{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0;margin:8px 0 12px;font-size:.85rem;color:var(--soft)}
.key svg{display:inline;width:14px;height:14px;vertical-align:-2px;margin-right:6px}
summary{cursor:pointer;color:var(--soft);font-size:.9rem;margin:8px 0}
"""


def page(title: str, html: str) -> str:
    """A whole page; its title is text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{colours(':root')}{_STYLE}</style>\n</head>\n<body>\n{html}\n</body>\n</html>\n"
    )


def link(text: str, url: str) -> str:
    """The text, as a link where the address is one of a web page: a model must not be able to bring in a script."""
    if not url.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(url, quote=True)}" rel="noopener">{escape(text)}</a>'


def map_address(place: LatLng) -> str:
    """The address of a web page that shows the place."""
    return f"https://www.openstreetmap.org/?mlat={place.lat:.6f}&mlon={place.lng:.6f}#map=18/{place.lat:.6f}/{place.lng:.6f}"


def place_link(place: LatLng) -> str:
    """The place in degrees, as a link to a map."""
    return link(f"{place.lat:.5f}, {place.lng:.5f}", map_address(place))


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, emphasis: bool = False) -> str:
    """A table of HTML cells that scrolls by itself on a narrow screen; emphasis is on the first row."""
    lines = []
    for number, (first, *others) in enumerate(rows):
        cells = f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others)
        lines.append(f'<tr class="first">{cells}</tr>' if emphasis and number == 0 else f"<tr>{cells}</tr>")
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    name = escape(caption, quote=True)
    return (
        f'<div class="wide" role="region" aria-label="{name}" tabindex="0"><table><caption>{name}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Names (text) and what is said of them (HTML)."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{html}</dd>" for name, html in rows) + "</dl>"


def figure(html: str, caption: str) -> str:
    """A drawing with its caption (text)."""
    return f"<figure>{html}<figcaption>{escape(caption)}</figcaption></figure>"


def thumbnail(file: str | os.PathLike[str] | None, text: str, side_px: int = THUMBNAIL_PX) -> str:
    """The picture made small, inside the page, with the text to say in its place; nothing where it can not be read.

    What a file tells besides its pixels, such as where it was made, is left behind.
    """
    if file is None:
        return ""
    try:
        small = read_image(file).shrunk_to(side_px)
    except (Error, OSError):
        return ""
    return (
        f'<img src="{data_address(small)}" width="{small.width}" height="{small.height}" '
        f'alt="{escape(text, quote=True)}">'
    )


def data_address(picture: Image, quality: int = 72) -> str:
    """The picture itself as an address that a page can hold."""
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(picture, quality=quality)).decode()
