// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import type { Server } from 'node:http';
import type { Answer, Failure, Gallery, Land, Model, Sample } from '../src/schema';

export const ANSWERS: {
  '/api/v1/model': () => Model;
  '/api/v1/gallery': () => Gallery;
  '/api/v1/basemap': () => Land;
  '/api/v1/samples': () => Sample[];
};
export function answer(file: string): Answer;
export function reply(file: string): Answer | Failure;
export function walkOf(files: string[]): (Answer | Failure)[];
export function start(port?: number): Promise<Server>;
