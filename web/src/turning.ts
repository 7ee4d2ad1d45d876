// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Pictures that were turned before they were located are shown so; the visitor's file stays as it is.

import { svg } from './dom';
import type { Item } from './store';

/** Clockwise turn with which the preview is shown: 0, 90, 180 or 270. Copies in a file of answers are upright already. */
export function turnOf({ file, answer }: Item): number {
  return file === null ? 0 : (answer?.turned_degrees ?? 0);
}

/** A picture in a drawing, turned into a box whose corner is at the origin. */
export function turnedImage(href: string, degrees: number, box: { width: number; height: number }): SVGImageElement {
  const { width, height } = box;
  const size = degrees % 180 === 0 ? box : { width: height, height: width };
  // A turn around the origin leads out of the box.
  const shift = { 0: [0, 0], 90: [width, 0], 180: [width, height], 270: [0, height] }[degrees] ?? [0, 0];
  const transform = `translate(${shift.join(' ')}) rotate(${degrees})`;
  return svg('image', { href, ...size, transform, preserveAspectRatio: 'none' });
}
