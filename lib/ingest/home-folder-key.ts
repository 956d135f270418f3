/** What the bucket and the key of a home-folder or settings object say about the user they belong to (F§2.2). */

export interface KeyOwner {
  readonly accountId: string;
  readonly region: string;
  /** The folder mode, in the words of the sessions report. */
  readonly authenticationType: 'CUSTOM' | 'SAML' | 'USERPOOL';
  /** Lower-case hex SHA-256 of the exact user id. */
  readonly userHash: string;
}

/** `appstream2-36fb080bb8-<region>-<account>`, in newer accounts with a random part at the end. */
const HOME_BUCKET = /^appstream2-36fb080bb8-([a-z]{2,}(?:-[a-z]+)+-\d+)-(\d{12})(?:-[a-z0-9-]+)?$/;
const HOME_KEY = /^user\/(custom|federated|userpool)\/([0-9a-fA-F]{64})(?:\/|$)/;

/** `appstream-app-settings-<region>-<account>-<random>`. */
const SETTINGS_BUCKET = /^appstream-app-settings-([a-z]{2,}(?:-[a-z]+)+-\d+)-(\d{12})(?:-[a-z0-9-]+)?$/;
/** `Windows/<prefix>/<settings group>/<mode>/<hash>`. */
const SETTINGS_KEY = /^Windows\/[^/]+\/[^/]+\/(custom|federated|userpool)\/([0-9a-fA-F]{64})(?:\/|$)/;

const AUTHENTICATION_TYPES: Readonly<Record<string, KeyOwner['authenticationType']>> = {
  custom: 'CUSTOM',
  federated: 'SAML',
  userpool: 'USERPOOL',
};

/**
 * Names the owner of a home-folder or settings object by hash.
 * @returns null for every other object, also for one in such a bucket that lies in no user's folder.
 */
export function readHomeFolderKey(bucket: string | null, key: string | null): KeyOwner | null {
  // nearly every record is of another bucket
  if (bucket === null || key === null || !bucket.startsWith('appstream')) return null;
  return match(HOME_BUCKET, bucket, HOME_KEY, key) ?? match(SETTINGS_BUCKET, bucket, SETTINGS_KEY, key);
}

function match(bucketPattern: RegExp, bucket: string, keyPattern: RegExp, key: string): KeyOwner | null {
  const [, region, accountId] = bucketPattern.exec(bucket) ?? [];
  const [, mode, hash] = keyPattern.exec(key) ?? [];
  const authenticationType = AUTHENTICATION_TYPES[mode ?? ''];
  if (region === undefined || accountId === undefined || hash === undefined || authenticationType === undefined) return null;
  return { accountId, region, authenticationType, userHash: hash.toLowerCase() };
}
