/** Reads the file of `findings.exceptionsFile` into `findings.exceptions`, so that the configuration says all there is to say itself. */
import { resolve } from 'node:path';
import type { Configuration } from '../../schemas/configuration.ts';
import { type FindingException, parseExceptions } from '../config/exceptions-file.ts';
import { readSettingFile } from './setting-file.ts';

/**
 * The configuration with the exceptions of its file behind those of its list, and without the file.
 * @param folder what a relative path counts from
 * @throws ConfigurationError naming the file, and the line where one is wrong
 */
export function withExceptionsOfFile(configuration: Configuration, folder: string): Configuration {
  const { findings } = configuration;
  if (findings.exceptionsFile === '') return configuration;
  const exceptions = [...findings.exceptions, ...readExceptions(resolve(folder, findings.exceptionsFile))];
  return { ...configuration, findings: { exceptions, exceptionsFile: '' } };
}

/** The same for settings that nobody has checked yet. What is wrong with them stays, to be refused. */
export function withExceptionsOfFileRaw(settings: Readonly<Record<string, unknown>>, folder: string): Readonly<Record<string, unknown>> {
  const findings = settings['findings'];
  if (typeof findings !== 'object' || findings === null) return settings;
  const { exceptions = [], exceptionsFile } = findings as { readonly exceptions?: unknown; readonly exceptionsFile?: unknown };
  if (typeof exceptionsFile !== 'string' || exceptionsFile === '' || !Array.isArray(exceptions)) return settings;
  const all = [...exceptions, ...readExceptions(resolve(folder, exceptionsFile))];
  return { ...settings, findings: { ...findings, exceptions: all, exceptionsFile: '' } };
}

function readExceptions(file: string): FindingException[] {
  return parseExceptions(readSettingFile('findings.exceptionsFile', file), file);
}
