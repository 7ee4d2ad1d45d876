// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ANSWERS, oneFile } from '../one-file';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="./assets/icon-1.svg" type="image/svg+xml" />
    <script type="module" crossorigin src="./assets/index-2.js"></script>
    <link rel="stylesheet" crossorigin href="./assets/index-3.css">
  </head>
  <body></body>
</html>`;

// All that can go wrong when it is put into HTML by String.replace.
const SCRIPT =
  "const a = '</script><script><!--', b = /<\\/script/, c = `$& $1 $$ $' à`, d = '<p>'; export default [a, c];\n";

const files = (changes: Record<string, string> = {}) =>
  new Map<string, string | Uint8Array>(
    Object.entries({
      'assets/icon-1.svg': '<svg/>',
      'assets/index-2.js': SCRIPT,
      'assets/index-3.css': 'a{background:url(./dot-4.png)}b{behavior:url(#default#VML)}c::after{content:"</style $&"}',
      'assets/dot-4.png': 'dot',
      ...changes,
    }),
  );

const inside = (html: string, start: string, end: string) =>
  html.slice(html.indexOf(start) + start.length, html.indexOf(end, html.indexOf(start)));

describe('the page in one file', () => {
  const html = oneFile(PAGE, files());
  const script = inside(html, '<script type="module">', '</script>');

  it('has the script, which means the same as before', async () => {
    const load = async (code: string) =>
      ((await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as { default: unknown })
        .default;
    expect(script).not.toMatch(/<\/script|<script|<!--/);
    expect(await load(script)).toEqual(await load(SCRIPT));
    expect(script).toContain(`$& $1 $$ $' à`);
  });

  it('has the answers before the script, and both once', () => {
    expect(html.split(ANSWERS)).toHaveLength(2);
    expect(html.indexOf(ANSWERS)).toBeLessThan(html.indexOf('<script type="module">'));
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it('allows this script and no other', () => {
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`script-src 'sha256-${hash}';`);
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<script'));
  });

  it('has style and pictures, and names no other file', () => {
    const data = (text: string) => Buffer.from(text).toString('base64');
    expect(inside(html, '<style>', '</style>')).toBe(
      `a{background:url(data:image/png;base64,${data('dot')})}b{behavior:url(#default#VML)}c::after{content:"<\\/style $&"}`,
    );
    expect(html).toContain(`<link rel="icon" href="data:image/svg+xml;base64,${data('<svg/>')}"`);
    expect(html).not.toMatch(/assets|crossorigin|src=/);
  });

  it.each([
    ['of an unknown type', 'a{src:url(./font.woff2)}', 'of a type not known here'],
    ['that is not built', 'a{background:url(gone.png)}', 'assets/index-3.css names gone.png, which is not built'],
  ])('refuses a file %s', (_what, css, message) => {
    expect(() => oneFile(PAGE, files({ 'assets/index-3.css': css }))).toThrow(message);
  });

  it('refuses to name what it could not take in', () => {
    const other = PAGE.replace('rel="icon"', 'rel="preload"');
    expect(() => oneFile(other, files())).toThrow('still names assets/icon-1.svg');
  });
});
