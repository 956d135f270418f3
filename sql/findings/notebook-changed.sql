-- title: Notebook or its start script changed
-- severity: medium
-- looks at: days
-- needs: policy.notebooks.hoursUtc, for starts and stops
-- meaning: A notebook was deleted; a lifecycle configuration (a script that runs as root when a notebook starts) was created, updated or
--   deleted; or a notebook was started or stopped outside the hours of `policy.notebooks.hoursUtc`. Deleting removes traces, a script
--   is a way to stay.
-- next: Read the script (`aws sagemaker describe-notebook-instance-lifecycle-config`); who may change it?
-- false positives: Planned work; people in other time zones.
-- source: AWS: API reference, CreateNotebookInstanceLifecycleConfig
-- att&ck: T1037 Boot or Logon Initialization Scripts
SELECT c.event_time_ms, c.dt, c.event_id || ' ' || CAST(c.event_time_ms AS varchar) AS subject,
  c.caller || CASE WHEN c.event_name LIKE 'Create%' THEN ' created' WHEN c.event_name LIKE 'Update%' THEN ' updated' WHEN c.event_name LIKE 'Delete%' THEN ' deleted'
      WHEN c.event_name LIKE 'Start%' THEN ' started' ELSE ' stopped' END
    || CASE WHEN c.event_name LIKE '%LifecycleConfig' THEN ' the lifecycle configuration ' ELSE ' the notebook ' END || coalesce(p.value, 'that is not named')
    || CASE WHEN c.event_name IN ('StartNotebookInstance', 'StopNotebookInstance') THEN ' outside its hours' ELSE '' END || c.circumstances AS summary,
  c.user_id, c.session_id, c.source_address,
  CASE WHEN c.event_name LIKE '%LifecycleConfig' THEN 'lifecycle configuration ' ELSE 'notebook ' END || coalesce(p.value, '') AS resource, ARRAY[c.event_id] AS event_ids
FROM finding_calls c
LEFT JOIN event_parameters p ON p.event_id = c.event_id AND p.record_sha256 = c.record_sha256 AND p.dt = c.dt
  AND p.name IN ('notebookInstanceName', 'notebookInstanceLifecycleConfigName', 'studioLifecycleConfigName')
WHERE c.event_source = 'sagemaker.amazonaws.com' AND (
  c.event_name IN ('DeleteNotebookInstance', 'CreateNotebookInstanceLifecycleConfig', 'UpdateNotebookInstanceLifecycleConfig', 'DeleteNotebookInstanceLifecycleConfig',
    'CreateStudioLifecycleConfig', 'DeleteStudioLifecycleConfig')
  OR (:has_notebook_hours AND c.event_name IN ('StartNotebookInstance', 'StopNotebookInstance') AND CASE
    -- hours over midnight begin later than they end
    WHEN :hours_from_ms <= :hours_to_ms THEN c.event_time_ms % 86400000 < :hours_from_ms OR c.event_time_ms % 86400000 >= :hours_to_ms
    ELSE c.event_time_ms % 86400000 < :hours_from_ms AND c.event_time_ms % 86400000 >= :hours_to_ms END))
