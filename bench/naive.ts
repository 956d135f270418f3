/**
 * The script a good analyst would write with DuckDB: read the logs, read the reports, join on address and time, write Parquet.
 * No duplicates, no grace, no shared instances, no reasons: a row of several sessions comes out several times.
 * `node naive.js <directory> <parquet> <folder with reports>…` prints the rows written and those with a session.
 */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [directory = '.', parquet = 'naive.parquet', ...reports] = process.argv.slice(2);
const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run("SET TimeZone = 'UTC'");

await connection.run(`
  CREATE TABLE sessions AS
  SELECT * FROM read_csv_auto([${reports.map((folder) => quoted(join(folder, '**/*session*.csv'))).join(', ')}], union_by_name = true)`);

// one object a file, of up to 50 MB: the reader must be told
await connection.run(`
  CREATE TABLE events AS
  SELECT r.eventID::VARCHAR AS event_id, r.eventTime::TIMESTAMP AS event_time, r.eventName::VARCHAR AS event_name,
    r.eventSource::VARCHAR AS event_source, r.awsRegion::VARCHAR AS region, r.sourceIPAddress::VARCHAR AS source_address,
    r.userAgent::VARCHAR AS user_agent, r.errorCode::VARCHAR AS error_code, r.requestParameters.bucketName::VARCHAR AS bucket,
    r.requestParameters.key::VARCHAR AS object_key, r.userIdentity.arn::VARCHAR AS principal_arn,
    r.userIdentity.type::VARCHAR AS principal_type, r.userIdentity.accountId::VARCHAR AS account_id,
    r.userIdentity.accessKeyId::VARCHAR AS access_key_id, r.userIdentity.principalId::VARCHAR AS principal_id,
    r.vpcEndpointId::VARCHAR AS vpc_endpoint_id, r.requestID::VARCHAR AS request_id,
    r.additionalEventData.bytesTransferredIn::DOUBLE AS bytes_in, r.additionalEventData.bytesTransferredOut::DOUBLE AS bytes_out,
    r.readOnly::BOOLEAN AS read_only, r.tlsDetails.tlsVersion::VARCHAR AS tls_version, r.recipientAccountId::VARCHAR AS recipient_account_id,
    r.eventCategory::VARCHAR AS event_category
  FROM (
    SELECT unnest(Records) AS r
    FROM read_json_auto(${quoted(join(directory, 'cloudtrail/**/*.json.gz'))}, maximum_object_size = 134217728, union_by_name = true)
  )`);

// the CASE keeps it a hash join: a condition on the left side alone would make it compare every event with every session
await connection.run(`
  COPY (
    SELECT e.*, s.user_id, s.user_session_id, s.fleet_name, s.stack_name, s.session_start_time, s.session_end_time
    FROM events e
    LEFT JOIN sessions s
      ON CASE WHEN e.event_source = 's3.amazonaws.com' THEN e.source_address END = s.eni_private_ip_address
      AND e.event_time BETWEEN s.session_start_time AND s.session_end_time
  ) TO ${quoted(parquet)} (FORMAT parquet, COMPRESSION zstd)`);

const counted = await connection.runAndReadAll(`
  SELECT count(*)::INTEGER AS written, count(user_session_id)::INTEGER AS joined FROM read_parquet(${quoted(parquet)})`);
console.log(JSON.stringify(counted.getRowObjectsJson()[0]));
