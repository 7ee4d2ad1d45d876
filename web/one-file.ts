// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The page as one file that needs nothing else, for `venloc locate --map`.

import { createHash } from 'node:crypto';

/** What `venloc locate --map` replaces by one that holds answers. */
export const ANSWERS = '<script type="application/json" id="venloc-answers">null</script>';

const TYPES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

/** The built page with all its other files inside; they are by their names, such as assets/index-….js. */
export function oneFile(page: string, files: ReadonlyMap<string, string | Uint8Array>): string {
  const named = (address: string, base: string): string | Uint8Array => {
    const { pathname } = new URL(address, `file:///${base}`);
    const found = files.get(pathname.slice(1));
    if (found === undefined) throw new Error(`${base || 'the page'} names ${address}, which is not built`);
    return found;
  };
  const data = (address: string, base: string): string => {
    const type = TYPES[address.replace(/^.*\./, '')];
    if (type === undefined) throw new Error(`${base || 'the page'} names ${address}, of a type not known here`);
    return `data:${type};base64,${Buffer.from(named(address, base)).toString('base64')}`;
  };

  let script = '';
  const html = page
    .replace(/<script type="module"[^>]* src="([^"]+)"[^>]*><\/script>/, (_tag, address: string) => {
      script = withinScript(String(named(address, '')));
      return `${ANSWERS}\n    <script type="module">${script}</script>`;
    })
    .replace(/<link rel="stylesheet"[^>]* href="([^"]+)"[^>]*>/g, (_tag, address: string) => {
      const base = new URL(address, 'file:///').pathname.slice(1);
      const style = String(named(address, '')).replace(
        /url\((?!#|data:)([^)]+)\)/g,
        (_url, image: string) => `url(${data(image.replace(/^["']|["']$/g, ''), base)})`,
      );
      return `<style>${style.replaceAll('</style', '<\\/style')}</style>`;
    })
    .replace(/(<link rel="icon" href=")([^"]+)/, (_tag, start: string, address: string) => start + data(address, ''));
  if (script === '') throw new Error('the page has no script');

  const left = [...files.keys()].filter((name) => html.includes(name));
  if (left.length > 0) throw new Error(`the page in one file still names ${left.join(', ')}`);

  // Before all that it is about, but after the encoding, which must be among the first bytes.
  return html.replace(/<meta charset="utf-8" \/>/, (tag) => `${tag}\n    ${policy(script)}`);
}

/** Code that does not end the element it stands in: these signs come in strings and regular expressions only. */
function withinScript(code: string): string {
  return code.replace(/<(?=\/script|script|!--)/gi, '\\x3C');
}

function policy(script: string): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const rules =
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; ` +
    "img-src data: blob: https:; connect-src 'none'; form-action 'none'; base-uri 'none'";
  return `<meta http-equiv="Content-Security-Policy" content="${rules}" />`;
}
