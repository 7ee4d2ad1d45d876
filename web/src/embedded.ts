// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Answers that come with the page, in one file: `venloc locate --map` writes them into an element of it.

import { conforms, isFailure, named } from './conforms';
import type { Embedded } from './schema';
import type { Item } from './store';

/** What the element holds; null where these are not answers. */
export function readEmbedded(json: string): Embedded | null {
  try {
    const value: unknown = JSON.parse(json);
    return conforms(value, named('Embedded')) ? (value as Embedded) : null;
  } catch {
    return null; // cut short, for instance
  }
}

/** The pictures of the file, all of them settled. */
export function itemsOf({ answers }: Embedded): Item[] {
  return answers.map(({ picture, reply }, index): Item => {
    const item = {
      id: index + 1,
      file: null,
      group: 0,
      name: reply.file,
      // Another address would send a request to a server.
      preview: picture.startsWith('data:image/') ? picture : '',
    };
    if (!isFailure(reply)) return { ...item, status: 'answered', answer: reply, trouble: null };
    const { title, detail } = reply.problem;
    return { ...item, status: 'failed', answer: null, trouble: { kind: 'reported', detail: detail || title } };
  });
}
