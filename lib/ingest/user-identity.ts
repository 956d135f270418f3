/** Who a user is. A user id is unique only within its authentication type (F§1.2), and its case counts (F§2.2). */
import { sha256Hex } from './digest.ts';

const KNOWN_TYPES = new Set(['CUSTOM', 'SAML', 'USERPOOL', 'AWS_AD']);

/**
 * One name for the authentication type that reports call CUSTOM and the API calls API (F§2.1). Known types are written
 * in upper case; one that nobody has documented stays as it was written.
 */
export function readAuthenticationType(text: string): string {
  const upper = text.trim().toUpperCase();
  if (upper === 'API') return 'CUSTOM';
  return KNOWN_TYPES.has(upper) ? upper : text.trim();
}

/** The only key of a person: account, authentication type and exact user id, joined by `/`. */
export function userKey(accountId: string, authenticationType: string, userId: string): string {
  return `${accountId}/${authenticationType}/${userId}`;
}

/** The hash that home-folder and settings keys carry: lower-case hex SHA-256 of the exact user id, not normalised (F§2.2). */
export function userHash(userId: string): string {
  return sha256Hex(userId);
}

/** What ids that look alike have in common: Unicode form NFKC, lower case, no blanks, no invisible characters. Never a key. */
export function userFold(userId: string): string {
  return userId
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cf}]/gu, '');
}
