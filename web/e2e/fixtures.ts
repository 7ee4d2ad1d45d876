// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// A page of the server that VENLOC_URL names, else of the mock server; what the tests do with it.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { start } from './mock-server.mjs';

export const MOCK = !process.env.VENLOC_URL;
const SAMPLE = readFileSync(new URL('../../examples/pictures/piazza-san-marco.jpg', import.meta.url));

export const test = base.extend<{ requests: string[] }, { address: string }>({
  address: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the parameters.
    async ({}, use) => {
      if (process.env.VENLOC_URL) return use(process.env.VENLOC_URL);
      const server = await start();
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      server.closeAllConnections();
      server.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ address }, use) => use(address),

  /** Addresses that the page requested, other than those of its own server. */
  requests: async ({ page, address }, use) => {
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(new URL(address).origin) && !/^(blob|data):/.test(url)) elsewhere.push(url);
    });
    await use(elsewhere);
  },

  /** In no test may a script fail or the content security policy be broken. */
  page: async ({ page }, use) => {
    const mistakes: string[] = [];
    page.on('pageerror', (error) => mistakes.push(String(error)));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) mistakes.push(message.text());
    });
    await use(page);
    expect(mistakes).toEqual([]);
  },
});

export { expect };

export function picture(name: string, buffer = SAMPLE, mimeType = 'image/jpeg') {
  return { name, mimeType, buffer };
}

/** Chooses these pictures; a real server sees the same picture under each name. */
export async function give(page: Page, ...files: (string | ReturnType<typeof picture>)[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.locator('#choose').click();
  await (await chooser).setFiles(files.map((file) => (typeof file === 'string' ? picture(file) : file)));
}

export async function answered(page: Page): Promise<void> {
  await expect(page.locator('#answer .sentence')).toBeVisible();
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target.join(' '))])).toEqual([]);
}
