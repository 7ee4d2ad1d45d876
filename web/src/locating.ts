// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The way of pictures to the server and back: checks, batches, waiting, cancelling, trying again.

import { ConnectionError, locate, ProblemError } from './api';
import { refusal, tooManyPixels } from './check';
import { isFailure } from './conforms';
import type { Answer, Failure, Limits } from './schema';
import type { Item, Store, Trouble } from './store';

// Of a request, unless one picture alone has more: servers do not wait for slow uploads without end.
const BATCH_BYTES = 12_000_000;

// Until the server has sent its own.
const LIMITS: Limits = { max_bytes: 20_000_000, max_pixels: 50_000_000, max_pictures: 20 };

type Upload = Item & { readonly file: File };

export class Locating {
  #nextId = 1;
  #nextGroup = 1;
  #abort: AbortController | null = null;
  #wake: (() => void) | null = null;
  #settled = 0; // in this run
  #processed = 0; // in this run, with those of a walk whose answers are still to come
  readonly #single = new Map<number, Answer>(); // of pictures of a walk, when each was located by itself

  constructor(
    readonly store: Store,
    readonly report: { sending(pictures: number): void; settled(item: Item): void },
  ) {}

  get limits(): Limits {
    return this.store.state.model?.limits ?? LIMITS;
  }

  add(files: readonly File[]): void {
    if (files.length === 0) return;
    const { max_pictures } = this.limits;
    const group = this.#nextGroup++;
    const items = files.slice(0, max_pictures).map((file): Item => {
      const reason = refusal(file, this.limits);
      return {
        id: this.#nextId++,
        file,
        group,
        name: file.name || 'picture',
        preview: URL.createObjectURL(file),
        status: reason ? 'failed' : 'waiting',
        answer: null,
        trouble: reason ? { kind: 'refused', reason } : null,
      };
    });
    this.store.change({
      items: [...this.store.state.items, ...items],
      selected: items[0]?.id ?? null,
      notice: files.length > max_pictures ? { kind: 'tooMany', limit: max_pictures } : null,
      contributing: false,
    });
    for (const item of items) if (item.trouble) this.report.settled(item);
    void this.#run();
  }

  /** Sends again what failed for a reason that may have passed. */
  retry(): void {
    const { items, together } = this.store.state;
    const again = items.filter(({ trouble }) => trouble && isRetryable(trouble));
    const walks = new Set(again.map(({ group }) => group).filter((group) => together.has(group)));
    // The pictures of a walk are always sent together.
    this.#locateAgain([...again, ...items.filter((item) => walks.has(item.group) && isLocatable(item))]);
  }

  /** Locates the pictures of a group as those of one walk, or each by itself. */
  setTogether(group: number, on: boolean): void {
    this.#interrupt();
    const { items, together } = this.store.state;
    const others = [...together].filter((other) => other !== group);
    this.store.change({ together: new Set(on ? [...others, group] : others) });
    const members = items.filter((item) => item.group === group && isLocatable(item));
    if (on) for (const { id, answer } of members) if (answer && !answer.walk) this.#single.set(id, answer);
    const known = on ? [] : members.filter(({ id }) => this.#single.has(id));
    for (const item of known) {
      const answer = this.#single.get(item.id) ?? null;
      this.store.changeItems(ids([item]), { status: 'answered', answer, trouble: null });
    }
    this.#locateAgain(members.filter((item) => !known.includes(item)));
  }

  /** Ends the wait for a busy server. */
  tryNow(): void {
    this.#wake?.();
  }

  cancel(): void {
    this.#interrupt();
    const left = this.store.state.items.filter(({ status }) => status === 'waiting');
    this.store.changeItems(ids(left), { status: 'failed', trouble: { kind: 'cancelled' } });
  }

  startOver(): void {
    this.cancel();
    for (const item of this.store.state.items) URL.revokeObjectURL(item.preview);
    this.#single.clear();
    this.store.change({
      items: [],
      selected: null,
      together: new Set(),
      notice: null,
      contributing: false,
      shownMatch: null,
    });
  }

  #locateAgain(items: readonly Item[]): void {
    this.store.changeItems(ids(items), { status: 'waiting', answer: null, trouble: null });
    void this.#run();
  }

  /** Ends the run under way; its pictures wait again. */
  #interrupt(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#wake?.();
    const sent = this.store.state.items.filter(({ status }) => status === 'sending');
    this.store.changeItems(ids(sent), { status: 'waiting' });
    this.store.change({ progress: null, busyUntil: null });
  }

  /** Sends what is waiting, until nothing is; what comes in meanwhile is sent by the run under way. */
  async #run(): Promise<void> {
    if (this.#abort) return;
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    this.#settled = this.#processed = 0;
    const waiting = this.store.state.items.filter(({ status }) => status === 'waiting').length;
    if (waiting > 0) this.report.sending(waiting);
    for (let batch = this.#waiting(); batch.length > 0 && !signal.aborted; batch = this.#waiting()) {
      const sendable = await this.#withoutTooManyPixels(batch, signal);
      if (sendable.length > 0 && !signal.aborted) await this.#send(sendable, signal);
    }
    // After cancel() another run may be under way.
    if (signal.aborted) return;
    this.#abort = null;
    this.store.change({ progress: null });
  }

  /** What is sent next: all pictures of a walk, or a few others. */
  #waiting(): Upload[] {
    const { items, together } = this.store.state;
    const all = items.filter(isWaiting);
    const first = all[0];
    if (first && together.has(first.group)) return byName(all.filter(({ group }) => group === first.group));
    const waiting = all.filter(({ group }) => !together.has(group));
    let bytes = 0;
    const end = waiting.findIndex((item, i) => {
      bytes += item.file.size;
      return i >= this.limits.max_pictures || (i > 0 && bytes > BATCH_BYTES);
    });
    return end < 0 ? waiting : waiting.slice(0, end);
  }

  /** How far the run is, over all its requests. */
  #reportProgress(): void {
    const open = this.store.state.items.filter(({ status }) => status === 'waiting' || status === 'sending').length;
    const done = Math.max(this.#settled, this.#processed);
    this.store.change({ progress: { done, total: this.#settled + open } });
  }

  async #withoutTooManyPixels(batch: Upload[], signal: AbortSignal): Promise<Upload[]> {
    const sendable: Upload[] = [];
    for (const item of batch) {
      const tooMany = await tooManyPixels(item.preview, this.limits);
      if (signal.aborted) return [];
      if (tooMany) {
        this.#settle(item, { status: 'failed', trouble: { kind: 'refused', reason: 'pixels' } });
      } else {
        sendable.push(item);
      }
    }
    return sendable;
  }

  async #send(batch: Upload[], signal: AbortSignal): Promise<void> {
    const open = new Map(batch.map((item, index) => [index, item]));
    const together = batch.some(({ group }) => this.store.state.together.has(group));
    const before = this.#settled;
    this.store.changeItems(ids(batch), { status: 'sending' });
    this.#reportProgress();
    try {
      const reply = (index: number, reply: Answer | Failure) => {
        const item = open.get(index);
        if (!item || signal.aborted) return;
        open.delete(index);
        this.#settle(item, outcome(reply));
        this.#reportProgress();
      };
      const progress = (done: number) => {
        if (signal.aborted) return;
        this.#processed = before + done;
        this.#reportProgress();
      };
      await locate({ pictures: batch.map(({ file }) => file), together }, { reply, progress }, signal);
      this.#settleAll(open.values(), { kind: 'brokeOff' });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError && error.retryAfterSeconds !== null) {
        this.store.changeItems(ids([...open.values()]), { status: 'waiting' });
        await this.#wait(error.retryAfterSeconds, signal);
      } else if (error instanceof ProblemError) {
        this.#settleAll(open.values(), { kind: 'problem', problem: error.problem, retryable: true });
      } else if (error instanceof ConnectionError) {
        this.#settleAll(open.values(), { kind: open.size < batch.length ? 'brokeOff' : 'unreachable' });
      } else {
        throw error;
      }
    }
  }

  async #wait(seconds: number, signal: AbortSignal): Promise<void> {
    this.store.change({ busyUntil: Date.now() + seconds * 1000, progress: null });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (signal.aborted) return;
    this.#wake = null;
    this.store.change({ busyUntil: null });
  }

  #settleAll(items: Iterable<Item>, trouble: Trouble): void {
    for (const item of items) this.#settle(item, { status: 'failed', trouble });
  }

  #settle(item: Item, values: Partial<Item>): void {
    this.#settled += 1;
    this.store.changeItems(new Set([item.id]), values);
    this.report.settled({ ...item, ...values });
  }
}

export function isRetryable(trouble: Trouble): boolean {
  if (trouble.kind === 'refused' || trouble.kind === 'reported') return false;
  return trouble.kind === 'problem' ? trouble.retryable : true;
}

/** Whether the server has located the picture, or may do so. */
export function isLocatable({ file, trouble }: Item): boolean {
  return file !== null && (!trouble || isRetryable(trouble));
}

function outcome(reply: Answer | Failure): Partial<Item> {
  if (!isFailure(reply)) return { status: 'answered', answer: reply };
  const { problem } = reply;
  return { status: 'failed', trouble: { kind: 'problem', problem, retryable: problem.status >= 500 } };
}

/** In the order of a walk without times. */
function byName(items: Upload[]): Upload[] {
  return items.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function isWaiting(item: Item): item is Upload {
  return item.status === 'waiting' && item.file !== null;
}

function ids(items: readonly Item[]): ReadonlySet<number> {
  return new Set(items.map((item) => item.id));
}
