/**
 * Request parameters that findings read: of control-plane calls those listed here, of calls on S3 what `s3-parameters.ts` finds.
 * Nothing else leaves a record: no secrets, no tokens, no free text.
 */
import type { EventParameterRow } from '../../schemas/event-parameters-table.ts';
import type { EventRow } from '../../schemas/events-table.ts';
import { booleanOf, type JsonObject, objectOf, textOf } from './json-value.ts';
import { readS3Parameters } from './s3-parameters.ts';

/** A longer value is cut: names and settings are shorter. */
const MAX_LENGTH = 256;

/** Of a list only so many entries are looked at. */
const MAX_ENTRIES = 100;

const NOTEBOOK = [
  ...['notebookInstanceName', 'instanceType', 'subnetId', 'directInternetAccess', 'rootAccess', 'kmsKeyId', 'roleArn'],
  ...['lifecycleConfigName', 'disassociateLifecycleConfig'],
];
const NOTEBOOK_NAME = ['notebookInstanceName'];
const NOTEBOOK_LIFECYCLE = ['notebookInstanceLifecycleConfigName'];
const STUDIO_LIFECYCLE = ['studioLifecycleConfigName', 'studioLifecycleConfigAppType'];
const AGENT = [
  ...['agentAccessConfig.settings.*.agentAction', 'agentAccessConfig.settings.*.permission', 'agentAccessConfig.userControlMode'],
  ...['agentAccessConfig.s3BucketArn', 'agentAccessConfig.screenshotsUploadEnabled'],
];
const STACK = [
  ...AGENT,
  ...['name', 'userSettings.*.action', 'userSettings.*.permission', 'storageConnectors.*.connectorType'],
  ...['deleteStorageConnectors', 'attributesToDelete.*', 'applicationSettings.enabled', 'redirectURL'],
];
const FLEET = ['name', 'enableDefaultInternetAccess', 'iamRoleArn'];
const TRAIL = ['name', 's3BucketName', 's3KeyPrefix', 'isMultiRegionTrail', 'includeGlobalServiceEvents', 'enableLogFileValidation'];
const SELECTORS = ['trailName', 'eventSelectors.*.readWriteType', 'eventSelectors.*.includeManagementEvents'];
const EVENT_DATA_STORE = ['eventDataStore', 'name', 'retentionPeriod'];

const PUBLIC_ACCESS_BLOCK = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].map(
  (name) => `PublicAccessBlockConfiguration.${name}`,
);

/** By event source and name: paths within `requestParameters`; `*` stands for each place of a list. */
const LISTED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'sagemaker.amazonaws.com': {
    CreateNotebookInstance: NOTEBOOK,
    UpdateNotebookInstance: NOTEBOOK,
    DeleteNotebookInstance: NOTEBOOK_NAME,
    StartNotebookInstance: NOTEBOOK_NAME,
    StopNotebookInstance: NOTEBOOK_NAME,
    CreatePresignedNotebookInstanceUrl: [...NOTEBOOK_NAME, 'sessionExpirationDurationInSeconds'],
    CreatePresignedDomainUrl: ['domainId', 'userProfileName', 'spaceName', 'sessionExpirationDurationInSeconds'],
    CreateNotebookInstanceLifecycleConfig: NOTEBOOK_LIFECYCLE,
    UpdateNotebookInstanceLifecycleConfig: NOTEBOOK_LIFECYCLE,
    DeleteNotebookInstanceLifecycleConfig: NOTEBOOK_LIFECYCLE,
    CreateStudioLifecycleConfig: STUDIO_LIFECYCLE,
    DeleteStudioLifecycleConfig: STUDIO_LIFECYCLE,
    CreateEndpointConfig: ['endpointConfigName', 'kmsKeyId', 'productionVariants.*.instanceType', 'dataCaptureConfig.kmsKeyId'],
    CreateTrainingJob: [
      ...['trainingJobName', 'enableInterContainerTrafficEncryption', 'enableNetworkIsolation', 'outputDataConfig.kmsKeyId'],
      ...['outputDataConfig.s3OutputPath', 'resourceConfig.volumeKmsKeyId', 'resourceConfig.instanceCount', 'resourceConfig.instanceType'],
    ],
  },
  'appstream.amazonaws.com': {
    CreateStack: STACK,
    UpdateStack: STACK,
    DeleteStack: ['name'],
    CreateFleet: FLEET,
    UpdateFleet: FLEET,
    CreateImageBuilderStreamingURL: ['name', 'validity'],
  },
  'cloudtrail.amazonaws.com': {
    CreateTrail: TRAIL,
    UpdateTrail: TRAIL,
    DeleteTrail: ['name'],
    StartLogging: ['name'],
    StopLogging: ['name'],
    PutEventSelectors: SELECTORS,
    PutInsightSelectors: ['trailName'],
    DeleteEventDataStore: EVENT_DATA_STORE,
    UpdateEventDataStore: EVENT_DATA_STORE,
    StopEventDataStoreIngestion: EVENT_DATA_STORE,
  },
  'ec2.amazonaws.com': {
    DeleteFlowLogs: ['DeleteFlowLogsRequest.FlowLogId.content', 'DeleteFlowLogsRequest.FlowLogId.*.content'],
  },
  's3.amazonaws.com': {
    PutBucketVersioning: ['VersioningConfiguration.Status'],
    PutBucketPublicAccessBlock: PUBLIC_ACCESS_BLOCK,
    PutAccountPublicAccessBlock: PUBLIC_ACCESS_BLOCK,
  },
};

/** `source name` → paths in steps; a map, for names in a log may be anything. */
const PATHS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  Object.entries(LISTED).flatMap(([source, calls]) =>
    Object.entries(calls).map(([name, paths]) => [`${source} ${name}`, paths.map((path) => path.split('.'))] as const),
  ),
);

const NO_PARAMETERS: readonly (readonly [name: string, value: string])[] = [];
const NO_PATHS: readonly (readonly string[])[] = [];
const NONE: readonly EventParameterRow[] = [];

/**
 * The listed parameters of a record.
 * @param event the same record as a row of `events`
 */
export function readEventParameters(record: JsonObject, event: EventRow): readonly EventParameterRow[] {
  const derived = event.event_source === 's3.amazonaws.com' ? readS3Parameters(record['requestParameters'], event) : NO_PARAMETERS;
  if (event.event_category === 'Data' && derived.length === 0) return NONE;
  const paths = PATHS.get(`${event.event_source} ${event.event_name}`) ?? NO_PATHS;
  const fromConsole = record['sessionCredentialFromConsole'];
  if (paths === NO_PATHS && fromConsole === undefined && derived.length === 0) return NONE;
  const rows: EventParameterRow[] = [];
  const add = (name: string, value: string) => {
    rows.push({
      event_id: event.event_id,
      event_time_ms: event.event_time_ms,
      event_source: event.event_source,
      event_name: event.event_name,
      name,
      value: value.length > MAX_LENGTH ? value.slice(0, MAX_LENGTH) : value,
      record_sha256: event.record_sha256,
      source_file: event.source_file,
      source_index: event.source_index,
      ingested_at_ms: event.ingested_at_ms,
    });
  };
  for (const [name, value] of derived) add(name, value);
  for (const path of paths) collect(record['requestParameters'], path, '', add);
  if (event.event_category !== 'Data' && booleanOf(fromConsole) === true) add('sessionCredentialFromConsole', 'true');
  return rows;
}

/** Every scalar below a value that a path leads to, with its name. */
function collect(value: unknown, path: readonly string[], name: string, add: (name: string, value: string) => void): void {
  const [step, ...rest] = path;
  if (step === undefined) {
    const text = typeof value === 'boolean' || typeof value === 'number' ? String(value) : textOf(value);
    if (text !== null) add(name, text);
    return;
  }
  const within = (key: string | number) => (name === '' ? String(key) : `${name}.${key}`);
  if (step !== '*') collect(objectOf(value)[step], rest, within(step), add);
  else if (Array.isArray(value)) {
    for (const [place, entry] of value.slice(0, MAX_ENTRIES).entries()) collect(entry, rest, within(place), add);
  }
}
