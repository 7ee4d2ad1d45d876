// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Whether values have the form that the schema of answers gives them.

import { type Answer, DEFINITIONS, type Failure } from './schema';

/** The part of JSON Schema (2020-12) that the schema of answers uses. */
export interface Schema {
  $ref?: string;
  const?: unknown;
  enum?: readonly unknown[];
  type?: string;
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  allOf?: readonly Schema[];
  anyOf?: readonly Schema[];
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isRecord,
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Members that the schema does not name are allowed. */
export function conforms(value: unknown, schema: Schema): boolean {
  if (schema.$ref !== undefined && !conforms(value, named(schema.$ref.replace('#/$defs/', '')))) return false;
  if ('const' in schema && value !== schema.const) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.type !== undefined && TYPES[schema.type]?.(value) !== true) return false;
  if (schema.allOf && !schema.allOf.every((part) => conforms(value, part))) return false;
  if (schema.anyOf && !schema.anyOf.some((part) => conforms(value, part))) return false;
  if (Array.isArray(value)) return listConforms(value, schema);
  return !isRecord(value) || recordConforms(value, schema);
}

function listConforms(list: readonly unknown[], { items, minItems, maxItems }: Schema): boolean {
  if (list.length < (minItems ?? 0) || list.length > (maxItems ?? Number.POSITIVE_INFINITY)) return false;
  return items === undefined || list.every((item) => conforms(item, items));
}

function recordConforms(record: Record<string, unknown>, { required = [], properties = {} }: Schema): boolean {
  return (
    required.every((key) => key in record) &&
    Object.entries(properties).every(([key, schema]) => !(key in record) || conforms(record[key], schema))
  );
}

/** A definition of the schema by its name. */
export function named(name: string): Schema {
  const schema = DEFINITIONS[name];
  if (schema === undefined) throw new Error(`the schema has no ${name}`);
  return schema;
}

export function isFailure(reply: Answer | Failure): reply is Failure {
  return 'problem' in reply;
}
