// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import type { Server } from 'node:http';
import type { Answer } from '../src/contract';

export function answer(file: string): Answer;
export function start(port?: number): Promise<Server>;
