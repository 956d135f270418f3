-- title: Notebook violates the policy
-- severity: high
-- looks at: days
-- meaning: CreateNotebookInstance or UpdateNotebookInstance with direct internet access, root access, without a KMS key, without a subnet, or
--   with an instance type that is not allowed (`policy.notebooks`). What CreateNotebookInstance does not say counts as AWS's default:
--   internet and root access are enabled.
-- next: Stop the notebook; make it anew as the policy says. A permission boundary with `sagemaker:DirectInternetAccess`,
--   `sagemaker:RootAccess` and `sagemaker:VolumeKmsKey` refuses such calls.
-- false positives: A notebook that is allowed to: say so in `policy.notebooks`.
-- source: AWS: API reference, CreateNotebookInstance
-- att&ck: T1578.002 Modify Cloud Compute Infrastructure: Create Cloud Instance
WITH asked AS (
  SELECT c.event_id, c.event_time_ms, c.dt, c.event_name, c.caller, c.circumstances, c.user_id, c.session_id, c.source_address,
    max(CASE WHEN p.name = 'notebookInstanceName' THEN p.value END) AS notebook,
    max(CASE WHEN p.name = 'directInternetAccess' THEN p.value END) AS internet, max(CASE WHEN p.name = 'rootAccess' THEN p.value END) AS root,
    max(CASE WHEN p.name = 'kmsKeyId' THEN p.value END) AS kms_key, max(CASE WHEN p.name = 'subnetId' THEN p.value END) AS subnet,
    max(CASE WHEN p.name = 'instanceType' THEN p.value END) AS instance_type
  FROM finding_calls c
  LEFT JOIN event_parameters p ON p.event_id = c.event_id AND p.record_sha256 = c.record_sha256 AND p.dt = c.dt
  WHERE c.event_source = 'sagemaker.amazonaws.com' AND c.event_name IN ('CreateNotebookInstance', 'UpdateNotebookInstance')
  GROUP BY c.event_id, c.event_time_ms, c.dt, c.event_name, c.caller, c.circumstances, c.user_id, c.session_id, c.source_address
), judged AS (
  SELECT a.*,
    CASE WHEN :has_forbidden_internet AND coalesce(a.internet, CASE WHEN a.event_name = 'CreateNotebookInstance' THEN 'Enabled' END) = 'Enabled' THEN ', direct internet access' ELSE '' END
    || CASE WHEN :has_forbidden_root AND coalesce(a.root, CASE WHEN a.event_name = 'CreateNotebookInstance' THEN 'Enabled' END) = 'Enabled' THEN ', root access' ELSE '' END
    || CASE WHEN :has_required_key AND a.event_name = 'CreateNotebookInstance' AND a.kms_key IS NULL THEN ', no KMS key' ELSE '' END
    || CASE WHEN :has_required_subnet AND a.event_name = 'CreateNotebookInstance' AND a.subnet IS NULL THEN ', no subnet' ELSE '' END
    || CASE WHEN :has_instance_types AND a.instance_type IS NOT NULL AND t.instance_type IS NULL THEN ', instance type ' || a.instance_type ELSE '' END AS faults
  FROM asked a
  LEFT JOIN policy_instance_types t ON t.instance_type = a.instance_type
)
SELECT j.event_time_ms, j.dt, j.event_id || ' ' || CAST(j.event_time_ms AS varchar) AS subject,
  j.caller || CASE WHEN j.event_name = 'CreateNotebookInstance' THEN ' made' ELSE ' changed' END || ' the notebook ' || coalesce(j.notebook, 'that is not named') || ' with '
    || substr(j.faults, 3) || j.circumstances AS summary,
  j.user_id, j.session_id, j.source_address, 'notebook ' || coalesce(j.notebook, '') AS resource, ARRAY[j.event_id] AS event_ids
FROM judged j
WHERE j.faults <> ''
