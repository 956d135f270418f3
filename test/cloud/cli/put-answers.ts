/** Puts the answers of a lake on disk into the Iceberg tables of the cloud: the questions are tried, not the run that answers them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { icebergColumns, icebergDdl, icebergTables } from '../../../lib/athena/table-ddl.ts';
import type { Lake } from '../../../lib/engine/lake.ts';
import { type CloudLake, execute } from '../athena/cloud-lake.ts';

export async function putAnswers(lake: Lake, cloud: CloudLake): Promise<void> {
  const glue = new GlueClient({});
  const folder = mkdtempSync(join(tmpdir(), 'answers-'));
  try {
    for (const table of icebergTables) {
      const columns = icebergColumns(table);
      const file = join(folder, `${table.name}.parquet`);
      const select = columns.map(([name, type]) => (type === 'timestamp' ? `CAST(${name} AS TIMESTAMP_MS) AS ${name}` : name));
      await lake.database.run(`COPY (SELECT ${select.join(', ')} FROM ${table.name}) TO '${file}' (FORMAT parquet)`);
      const prefix = `uploaded/${table.name}/`;
      await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.bucket, Key: `${prefix}rows.parquet`, Body: readFileSync(file) }));
      await glue.send(
        new CreateTableCommand({
          DatabaseName: cloud.database,
          TableInput: parquetTable(`up_${table.name}`, columns, `s3://${cloud.bucket}/${prefix}`),
        }),
      );
      await execute(cloud, icebergDdl(table, cloud.database, `s3://${cloud.bucket}/answers/${table.name}/`));
      const names = columns.map(([name]) => name).join(', ');
      await execute(
        cloud,
        `INSERT INTO "${cloud.database}"."${table.name}" (${names}) SELECT ${names} FROM "${cloud.database}"."up_${table.name}"`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parquetTable(name: string, columns: readonly [name: string, type: string][], location: string): TableInput {
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    PartitionKeys: [],
    StorageDescriptor: {
      Columns: columns.map(([Name, Type]) => ({ Name, Type })),
      Location: location,
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        Parameters: { 'serialization.format': '1' },
      },
    },
  };
}
