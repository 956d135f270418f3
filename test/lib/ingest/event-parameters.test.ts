/** Which parameters of control-plane calls are kept, and that nothing else is. */
import { describe, expect, test } from '@jest/globals';
import { readEventParameters } from '../../../lib/ingest/event-parameters.ts';
import { eventOf, type Json, read, s3Record } from './cloudtrail-fixtures.ts';

/** Name and value of each row, of a management call with these members. */
function parametersOf(over: Json): [string, string][] {
  const whole = { eventCategory: 'Management', managementEvent: true, resources: [], ...over };
  return readEventParameters(s3Record(whole), eventOf(whole)).map(({ name, value }) => [name, value]);
}

const notebook = (requestParameters: Json, more: Json = {}) =>
  parametersOf({ eventSource: 'sagemaker.amazonaws.com', eventName: 'CreateNotebookInstance', requestParameters, ...more });

describe('readEventParameters', () => {
  test('keeps the listed scalars of a listed call, with booleans and numbers as text', () => {
    const request = { notebookInstanceName: 'nb', directInternetAccess: 'Enabled', disassociateLifecycleConfig: true, volumeSizeInGB: 5 };
    expect(notebook(request)).toEqual([
      ['notebookInstanceName', 'nb'],
      ['directInternetAccess', 'Enabled'],
      ['disassociateLifecycleConfig', 'true'],
    ]);
  });

  test('names the entries of a list by their places', () => {
    const userSettings = [
      { action: 'FILE_DOWNLOAD', permission: 'ENABLED', secret: 'x' },
      { action: 'FILE_UPLOAD', permission: 'DISABLED' },
    ];
    const request = { name: 'analytics', userSettings };
    expect(parametersOf({ eventSource: 'appstream.amazonaws.com', eventName: 'UpdateStack', requestParameters: request })).toEqual([
      ['name', 'analytics'],
      ['userSettings.0.action', 'FILE_DOWNLOAD'],
      ['userSettings.1.action', 'FILE_UPLOAD'],
      ['userSettings.0.permission', 'ENABLED'],
      ['userSettings.1.permission', 'DISABLED'],
    ]);
  });

  test.each([
    ['one flow log', { tag: 1, content: 'fl-1' }, [['DeleteFlowLogsRequest.FlowLogId.content', 'fl-1']]],
    [
      'several',
      [{ content: 'fl-1' }, { content: 'fl-2' }],
      [
        ['DeleteFlowLogsRequest.FlowLogId.0.content', 'fl-1'],
        ['DeleteFlowLogsRequest.FlowLogId.1.content', 'fl-2'],
      ],
    ],
  ])('reads DeleteFlowLogs of %s', (_what, FlowLogId, expected) => {
    const request = { DeleteFlowLogsRequest: { FlowLogId } };
    expect(parametersOf({ eventSource: 'ec2.amazonaws.com', eventName: 'DeleteFlowLogs', requestParameters: request })).toEqual(expected);
  });

  test('cuts a value at 256 characters and leaves out what is no scalar', () => {
    const found = notebook({
      notebookInstanceName: 'n'.repeat(300),
      instanceType: { deep: 1 },
      subnetId: ['a'],
      kmsKeyId: '',
      rootAccess: null,
    });
    expect(found.map(([name, value]) => [name, value.length])).toEqual([['notebookInstanceName', 256]]);
  });

  test('keeps that credentials came from the console, of whatever management call', () => {
    expect(parametersOf({ eventSource: 'iam.amazonaws.com', eventName: 'ListRoles', sessionCredentialFromConsole: 'true' })).toEqual([
      ['sessionCredentialFromConsole', 'true'],
    ]);
    expect(parametersOf({ eventSource: 'iam.amazonaws.com', eventName: 'ListRoles', sessionCredentialFromConsole: 'false' })).toEqual([]);
  });

  test.each([
    ['a call that is not listed', { eventSource: 'iam.amazonaws.com', eventName: 'CreateAccessKey', requestParameters: { name: 'x' } }],
    [
      'a data event',
      { eventCategory: 'Data', eventSource: 'appstream.amazonaws.com', eventName: 'UpdateStack', requestParameters: { name: 'x' } },
    ],
    ['a call without parameters', { eventSource: 'cloudtrail.amazonaws.com', eventName: 'StopLogging', requestParameters: null }],
    ['names that every object has', { eventSource: 'constructor', eventName: 'length', requestParameters: { name: 'x' } }],
  ])('keeps nothing of %s', (_what, over) => {
    expect(parametersOf(over)).toEqual([]);
  });

  test('is what the reader gives beside the event, on its day', async () => {
    const record = s3Record({
      ...{ eventCategory: 'Management', eventSource: 'cloudtrail.amazonaws.com', eventName: 'StopLogging', resources: [] },
      requestParameters: { name: 'audit' },
    });
    const { rows } = await read(JSON.stringify({ Records: [record] }));
    const [event] = rows.events;
    expect(rows.event_parameters).toEqual([
      {
        dt: '2026-03-02',
        row: expect.objectContaining({ event_id: 'event-1', name: 'name', value: 'audit', record_sha256: event?.row.record_sha256 }),
      },
    ]);
  });
});
