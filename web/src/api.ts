// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Requests to the server. All addresses are relative to the page.

import { readEvents } from './events';
import type { Answer, AnswerEvent, Failure, Gallery, Land, Model, Problem, Sample, WalkProgress } from './schema';

/** The server answered, but with a problem. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.detail || problem.title);
  }
}

/** The server did not answer, or the connection was lost. */
export class ConnectionError extends Error {}

const BUSY_SECONDS = 10; // to wait where the server does not specify how long

async function request(address: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ConnectionError(String(error));
  }
  if (response.ok) return response;
  throw new ProblemError(
    await problemOf(response),
    response.status === 503 ? retryAfter(response.headers.get('Retry-After')) : null,
  );
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    detail: '',
  };
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return fallback;
    const { title, detail } = body as Record<string, unknown>;
    return {
      ...fallback,
      ...(typeof title === 'string' ? { title } : {}),
      ...(typeof detail === 'string' ? { detail } : {}),
    };
  } catch {
    return fallback; // a proxy's page, for instance
  }
}

/** Seconds to wait; the header holds seconds or a date. */
export function retryAfter(header: string | null, now = Date.now()): number {
  if (header === null) return BUSY_SECONDS;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : Math.ceil((Date.parse(header) - now) / 1000);
  return Number.isFinite(seconds) ? Math.max(1, seconds) : BUSY_SECONDS;
}

async function json<T>(address: string): Promise<T> {
  return (await (await request(address)).json()) as T;
}

export const getModel = () => json<Model>('api/v1/model');
export const getGallery = () => json<Gallery>('api/v1/gallery');
export const getBasemap = () => json<Land>('api/v1/basemap');
export const getSamples = () => json<Sample[]>('api/v1/samples');

export async function getSample(sample: Sample): Promise<File> {
  const blob = await (await request(sample.url)).blob();
  return new File([blob], sample.name, { type: blob.type });
}

export interface Sent {
  pictures: readonly File[];
  /** Whether they are pictures of one walk. */
  together: boolean;
}

export interface Reports {
  reply(index: number, reply: Answer | Failure): void;
  /** How many pictures of a walk are processed; their answers come afterwards. */
  progress(done: number): void;
}

/** Sends the pictures and reports each answer as it comes. Ends early, as a ConnectionError, when the stream breaks. */
export async function locate({ pictures, together }: Sent, report: Reports, signal: AbortSignal): Promise<void> {
  const form = new FormData();
  for (const picture of pictures) form.append('pictures', picture, picture.name);
  if (together) form.append('together', 'true');
  const response = await request('api/v1/locate', {
    method: 'POST',
    body: form,
    headers: { Accept: 'text/event-stream' },
    signal,
  });
  if (!response.body) throw new ConnectionError('no body');
  try {
    for await (const { event, data } of readEvents(response.body)) {
      if (event === 'end') return;
      if (event === 'progress') report.progress((JSON.parse(data) as WalkProgress).done);
      if (event !== 'answer') continue;
      const { index, done: _done, total: _total, ...reply } = JSON.parse(data) as AnswerEvent & (Answer | Failure);
      report.reply(index, reply as Answer | Failure);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ConnectionError(String(error));
  }
  throw new ConnectionError('the connection was lost before all answers arrived');
}

export async function contribute(picture: File, lat: number, lng: number): Promise<string> {
  const form = new FormData();
  form.append('picture', picture, picture.name);
  form.append('lat', String(lat));
  form.append('lng', String(lng));
  form.append('consent', 'true');
  const response = await request('api/v1/contributions', { method: 'POST', body: form });
  return ((await response.json()) as { id: string }).id;
}
