// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// What can be checked of a picture before it is sent.

import type { Limits } from './schema';

/** What file dialogs offer. Phones turn their own formats into these. */
export const ACCEPTED = 'image/jpeg,image/png,image/webp,image/tiff,image/bmp';

const ENDINGS = /\.(jpe?g|png|webp|tiff?|bmp)$/i;

export type Refusal = 'type' | 'bytes' | 'empty' | 'pixels';

/** Why the file would be refused, or null. */
export function refusal(file: { name: string; type: string; size: number }, limits: Limits): Refusal | null {
  // Systems have several names for the same type: the ending counts, too.
  if (!ACCEPTED.split(',').includes(file.type) && !ENDINGS.test(file.name)) return 'type';
  if (file.size === 0) return 'empty';
  return file.size > limits.max_bytes ? 'bytes' : null;
}

/** Whether the picture has more pixels than the server accepts; false for one that this browser cannot read. */
export function tooManyPixels(previewUrl: string, limits: Limits): Promise<boolean> {
  return new Promise((resolve) => {
    const image = new Image();
    // The size is known before the pixels are decoded, which would take memory.
    image.onload = () => resolve(image.naturalWidth * image.naturalHeight > limits.max_pixels);
    image.onerror = () => resolve(false);
    image.src = previewUrl;
  });
}
