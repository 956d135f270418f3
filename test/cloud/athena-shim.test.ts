/** The test double of Athena's API itself, by the SDK: states, pages, values, tokens, tables, faults. */
import { AthenaClient, GetQueryResultsCommand, StopQueryExecutionCommand } from '@aws-sdk/client-athena';
import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { endOf, execute, type QueryPlace, query, startQuery } from './helpers/athena-query.ts';
import { makeBucket, makeDatabase, removeBucket, removeDatabase, s3Client, useLocalCloud } from './helpers/local-cloud.ts';
import { setFaults } from './helpers/shim-control.ts';

useLocalCloud();
const s3 = s3Client();
const glue = new GlueClient({});
const client = new AthenaClient({ maxAttempts: 1 });
let bucket: string;
let place: QueryPlace;

beforeAll(async () => {
  bucket = await makeBucket(s3, 'shim-athena');
  const database = await makeDatabase(glue, 'shim_athena', `s3://${bucket}/database/`);
  place = { client, database, output: `s3://${bucket}/results` };
});

afterEach(async () => {
  await setFaults('athena', []);
});

afterAll(async () => {
  await removeDatabase(glue, place.database);
  await removeBucket(s3, bucket);
});

const keysBelow = async (prefix: string) =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))).Contents ?? []).map((object) => object.Key);

describe('a query', () => {
  test('gives every value as the text that Athena writes', async () => {
    const rows = await query(
      place,
      `SELECT 9007199254740993 AS big, 1.0 AS exact, 1e0 AS approximate, CAST(NULL AS varchar) AS nothing, '' AS empty, true AS yes,
        TIMESTAMP '2026-03-02 10:05:00.123' AS at, ARRAY['x', 'y, z', NULL] AS list, MAP(ARRAY['k'], ARRAY[1]) AS map,
        CAST(ROW(1, 'x') AS ROW(a bigint, b varchar)) AS row, 'a"b, c' AS quoted`,
    );

    expect(rows).toEqual([
      ['9007199254740993', '1.0', '1.0', null, '', 'true', '2026-03-02 10:05:00.123', '[x, y, z, null]', '{k=1}', '{a=1, b=x}', 'a"b, c'],
    ]);
  });

  test('puts its rows with a header to S3, NULL apart from the empty text', async () => {
    const execution = await execute(place, `SELECT 'a"b' AS one, CAST(NULL AS varchar) AS two, '' AS three`);

    const location = execution.ResultConfiguration?.OutputLocation ?? '';
    expect(location).toBe(`s3://${bucket}/results/${execution.QueryExecutionId}.csv`);
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: location.slice(`s3://${bucket}/`.length) }));
    expect(await object.Body?.transformToString()).toBe('"one","two","three"\n"a""b",,""\n');
  });

  test('gives more than a thousand rows in pages, the header once', async () => {
    const rows = await query(
      place,
      'SELECT a * 50 + b AS n FROM UNNEST(sequence(0, 49)) x (a) CROSS JOIN UNNEST(sequence(0, 49)) y (b) ORDER BY n',
    );

    expect(rows).toHaveLength(2500);
    expect(rows.at(-1)).toEqual(['2499']);
  });

  test('takes its parameters from the request', async () => {
    expect(await query(place, 'SELECT ? AS x, ? AS y', { ExecutionParameters: ["'o''k'", '7'] })).toEqual([["o'k", '7']]);
  });

  test('fails with the reason of the engine, and has no rows then', async () => {
    const execution = await execute(place, 'SELECT nope FROM (VALUES 1) t (x)');

    expect(execution.Status).toMatchObject({ State: 'FAILED', AthenaError: { ErrorCategory: 2, Retryable: false } });
    expect(execution.Status?.StateChangeReason).toMatch(/^COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved/);
    await expect(client.send(new GetQueryResultsCommand({ QueryExecutionId: execution.QueryExecutionId }))).rejects.toThrow(/FAILED/);
  });

  test('ends when it is stopped', async () => {
    const id = await startQuery(
      place,
      'SELECT count(*) FROM UNNEST(sequence(1, 10000)) a (x) CROSS JOIN UNNEST(sequence(1, 10000)) b (y) CROSS JOIN UNNEST(sequence(1, 100)) c (z) WHERE x * y * z % 7 = 3',
    );

    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));

    expect((await endOf(place, id)).Status).toMatchObject({ State: 'CANCELLED', StateChangeReason: 'Query cancelled by user' });
  });
});

describe('a request', () => {
  const token = 'token-'.padEnd(40, 'x');

  test('with the same token starts once; with other words it is refused', async () => {
    const mine = { ClientRequestToken: `${token}${Date.now()}` };
    const first = await startQuery(place, 'SELECT 1', mine);

    expect(await startQuery(place, 'SELECT 1', mine)).toBe(first);
    await expect(startQuery(place, 'SELECT 2', mine)).rejects.toThrow('Idempotent parameters do not match');
  });

  test('is refused when it is too long, has a short token, no output, or names no workgroup', async () => {
    const refused = (sql: string, more: object) => expect(startQuery(place, sql, more)).rejects;
    await refused(`SELECT '${'x'.repeat(262_144)}'`, {}).toThrow(/262144/);
    await refused('SELECT 1', { ClientRequestToken: 'short' }).toThrow(/32 to 128/);
    await refused('SELECT 1', { ResultConfiguration: {} }).toThrow(/No output location/);
    await refused('SELECT 1', { WorkGroup: 'nobody-made-this' }).toThrow(/is not found/);
  });

  test('that is throttled can be made again by an SDK that tries again', async () => {
    await setFaults('athena', [{ operation: 'StartQueryExecution', error: 'TooManyRequestsException', times: 2 }]);
    await expect(startQuery(place, 'SELECT 1')).rejects.toThrow(expect.objectContaining({ name: 'TooManyRequestsException' }));

    const patient = { ...place, client: new AthenaClient({ maxAttempts: 3 }) };

    expect(await query(patient, 'SELECT 1')).toEqual([['1']]);
  });
});

describe('tables', () => {
  const iceberg = (name: string) =>
    `CREATE TABLE IF NOT EXISTS ${name} (\`id\` string COMMENT 'the (id), it''s one', n bigint, tags array<string>, at timestamp, dt string)
     PARTITIONED BY (dt) LOCATION 's3://${bucket}/${name}/' TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');`;
  const done = async (sql: string) => {
    const { Status, ...rest } = await execute(place, sql);
    expect(`${Status?.State} ${Status?.StateChangeReason ?? ''}`).toBe('SUCCEEDED ');
    return rest;
  };

  test('of Iceberg are made twice, written, merged, compacted, vacuumed, widened and dropped with their files', async () => {
    await done(iceberg('merged'));
    await done(iceberg('merged'));
    await done(
      `INSERT INTO merged VALUES ('a', 1, ARRAY['p'], TIMESTAMP '2026-01-01 00:00:00.123', '2026-01-01'), ('b', 2, NULL, NULL, '2026-01-02')`,
    );
    await done(`MERGE INTO merged t USING (VALUES ('a', 5), ('c', 6)) s (id, n) ON t.id = s.id AND t.dt IN ('2026-01-01')
      WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT (id, n, dt) VALUES (s.id, s.n, '2026-01-01')`);
    await done('OPTIMIZE merged REWRITE DATA USING BIN_PACK');
    await done('VACUUM merged');
    await done('ALTER TABLE merged ADD COLUMNS (extra string, more array<int>)');
    await done(`ALTER TABLE merged SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '60')`);

    expect(await query(place, 'SELECT id, n, extra FROM merged ORDER BY id')).toEqual([
      ['a', '5', null],
      ['b', '2', null],
      ['c', '6', null],
    ]);
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: place.database, Name: 'merged' }));
    expect(Table?.Parameters).toMatchObject({ table_type: 'ICEBERG' });
    await done('DROP TABLE IF EXISTS `merged`');
    expect(await keysBelow('merged/')).toEqual([]);
  });

  test('as a query are Parquet where they were wanted, and stay there when the table is dropped', async () => {
    const rest = await done(
      `CREATE TABLE "${place.database}"."work" WITH (format = 'PARQUET', external_location = 's3://${bucket}/work/1/', write_compression = 'ZSTD') AS
       WITH x AS (SELECT 'a' AS id, ARRAY['p', 'q'] AS tags, TIMESTAMP '2026-01-01 00:00:00.123' AS at) SELECT * FROM x`,
    );

    expect(rest.StatementType).toBe('DML');
    expect(await query(place, 'SELECT id, tags[2], at FROM work')).toEqual([['a', 'q', '2026-01-01 00:00:00.123']]);
    const read = await execute(place, 'SELECT * FROM work');
    expect(read.Statistics?.DataScannedInBytes).toBeGreaterThan(100);
    await done('DROP TABLE work');
    expect(await keysBelow('work/1/')).toHaveLength(1);
  });

  test('are refused with what Athena does not know: a property, a type', async () => {
    const refused = async (sql: string) => (await execute(place, sql)).Status?.StateChangeReason;
    expect(await refused(iceberg('never').replace("'format'", "'wrong'"))).toMatch(/Unsupported table property key: wrong/);
    expect(await refused(iceberg('never').replace('bigint', 'number'))).toMatch(/Type not supported for Iceberg: number/);
    expect(await refused(`CREATE TABLE never AS SELECT TIMESTAMP '2026-01-01 00:00:00.123456' AS at`)).toMatch(/timestamp precision/);
  });

  test('are written or not, as the test wants the failure', async () => {
    await done(iceberg('failing'));
    await setFaults('athena', [
      { operation: 'Run', error: 'GENERIC_INTERNAL_ERROR', message: 'GENERIC_INTERNAL_ERROR: first', containing: 'INSERT' },
      { operation: 'Run', error: 'GENERIC_INTERNAL_ERROR', message: 'GENERIC_INTERNAL_ERROR: second', containing: 'INSERT', when: 'after' },
    ]);
    const insert = `INSERT INTO failing (id, dt) VALUES ('a', '2026-01-01')`;

    const first = await execute(place, insert);
    expect(first.Status).toMatchObject({
      State: 'FAILED',
      StateChangeReason: 'GENERIC_INTERNAL_ERROR: first',
      AthenaError: { ErrorCategory: 1 },
    });
    expect(await query(place, 'SELECT count(*) FROM failing')).toEqual([['0']]);
    expect((await execute(place, insert)).Status).toMatchObject({ State: 'FAILED', StateChangeReason: 'GENERIC_INTERNAL_ERROR: second' });
    expect(await query(place, 'SELECT count(*) FROM failing')).toEqual([['1']]);
    await done('DROP TABLE failing');
  });
});
