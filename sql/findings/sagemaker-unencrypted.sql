-- title: SageMaker job or endpoint without customer-managed encryption
-- severity: medium
-- looks at: days
-- meaning: CreateEndpointConfig without a KMS key, or CreateTrainingJob without a KMS key for its volumes or its output, or with several
--   instances and no encryption between them. `policy.notebooks.requireKmsKey` turns the KMS part off.
-- next: Make it anew with keys; what was written unencrypted stays so until it is deleted.
-- false positives: Instance types with local NVMe storage take no key for their volume: AWS encrypts it.
-- source: AWS: API reference, CreateTrainingJob and CreateEndpointConfig
-- att&ck: T1530 Data from Cloud Storage
WITH asked AS (
  SELECT c.event_id, c.event_time_ms, c.dt, c.event_name, c.caller, c.circumstances, c.user_id, c.session_id, c.source_address,
    max(CASE WHEN p.name IN ('trainingJobName', 'endpointConfigName') THEN p.value END) AS thing,
    max(CASE WHEN p.name IN ('kmsKeyId', 'resourceConfig.volumeKmsKeyId') THEN p.value END) AS volume_key,
    max(CASE WHEN p.name = 'outputDataConfig.kmsKeyId' THEN p.value END) AS output_key,
    max(CASE WHEN p.name = 'enableInterContainerTrafficEncryption' THEN p.value END) AS between_instances,
    max(CASE WHEN p.name = 'resourceConfig.instanceCount' THEN p.value END) AS instances
  FROM finding_calls c
  LEFT JOIN event_parameters p ON p.event_id = c.event_id AND p.record_sha256 = c.record_sha256 AND p.dt = c.dt
  WHERE c.event_source = 'sagemaker.amazonaws.com' AND c.event_name IN ('CreateEndpointConfig', 'CreateTrainingJob')
  GROUP BY c.event_id, c.event_time_ms, c.dt, c.event_name, c.caller, c.circumstances, c.user_id, c.session_id, c.source_address
), judged AS (
  SELECT a.*,
    CASE WHEN :has_required_key AND a.volume_key IS NULL THEN ', no KMS key for its volumes' ELSE '' END
    || CASE WHEN :has_required_key AND a.event_name = 'CreateTrainingJob' AND a.output_key IS NULL THEN ', no KMS key for its output' ELSE '' END
    || CASE WHEN a.event_name = 'CreateTrainingJob' AND coalesce(a.between_instances, 'false') <> 'true' AND coalesce(a.instances, '1') <> '1' THEN ', no encryption between its instances' ELSE '' END AS faults
  FROM asked a
)
SELECT j.event_time_ms, j.dt, j.event_id || ' ' || CAST(j.event_time_ms AS varchar) AS subject,
  j.caller || CASE WHEN j.event_name = 'CreateTrainingJob' THEN ' started the training job ' ELSE ' made the endpoint configuration ' END || coalesce(j.thing, 'that is not named') || ' with '
    || substr(j.faults, 3) || ',' || j.circumstances AS summary,
  j.user_id, j.session_id, j.source_address, CASE WHEN j.event_name = 'CreateTrainingJob' THEN 'training job ' ELSE 'endpoint configuration ' END || coalesce(j.thing, '') AS resource,
  ARRAY[j.event_id] AS event_ids
FROM judged j
WHERE j.faults <> ''
