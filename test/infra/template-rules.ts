/**
 * The form of a rule: what the template has to hold and the stand-in of CloudFormation does not check. Each comes with a change
 * that breaks it, so that a rule that could not fail is seen.
 */
import { glueLandingTables } from '../../lib/athena/table-ddl.ts';
import type { Template, TemplateResource } from './packaged.ts';

export interface Rule {
  /** A present-tense sentence. */
  readonly name: string;
  /** What is wrong; empty when nothing is. */
  problems(template: Template): string[];
  /** Changes that each make a problem; they may change the template in place. */
  readonly broken: readonly ((template: Template) => void)[];
}

// biome-ignore lint/suspicious/noExplicitAny: a template is looked into at places that only CloudFormation's schema types
export type Any = any;
export type Named = [id: string, resource: TemplateResource & { Properties: Record<string, Any> }];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: Any;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export function ofType(template: Template, type: string): Named[] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type) as Named[];
}

/** A resource that has to be there. */
export function at(template: Template, id: string): Any {
  const found = template.Resources[id];
  if (found === undefined) throw new Error(`the template has no ${id}`);
  return found.Properties;
}

export function statements(document: Any): PolicyStatement[] {
  return document?.Statement ?? [];
}

export function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Texts of a value with its intrinsic functions in it: enough to search. */
export function flat(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

export function when(isWrong: boolean, problem: string): string[] {
  return isWrong ? [problem] : [];
}

export function statementOf(document: Any, sid: string): Any {
  return statements(document).find(({ Sid }) => Sid === sid);
}

/** Prefixes whose objects nobody may delete. */
export const EVIDENCE = ['raw/', 'control/claims/', 'control/inputs/', ...glueLandingTables.map(({ name }) => `${name}/`)];
