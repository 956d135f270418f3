-- The users of each segment. `pick` is the session to show for a user: one that contains the time before others (that is
-- the million millions), then the greatest session number; `reported_pick` is that of the reported ones, for closed days.
SELECT place_id, segment, user_no,
  CASE WHEN max(CASE WHEN presence IN ('inside', 'grace') THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS candidate,
  max(CASE WHEN presence = 'inside' THEN session_no + 1000000000000 WHEN presence = 'grace' THEN session_no END) AS pick,
  max(CASE WHEN origin <> 'report' THEN NULL WHEN presence = 'inside' THEN session_no + 1000000000000 WHEN presence = 'grace' THEN session_no END) AS reported_pick,
  CASE WHEN max(CASE WHEN presence = 'inside' AND is_multisession = false THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS alone,
  CASE WHEN max(CASE WHEN presence IN ('inside', 'grace') AND origin = 'report' THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS reported,
  max(CASE WHEN presence IN ('inside', 'grace') AND origin = 'snapshot' THEN 1 ELSE 0 END) AS seen_only,
  min(CASE WHEN presence IN ('inside', 'grace') THEN CASE WHEN is_multisession THEN 1 ELSE 0 END END) AS multi,
  CASE WHEN max(CASE WHEN presence = 'possible' THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS possible,
  max(CASE WHEN presence = 'idle' THEN 1 ELSE 0 END) AS idle
FROM segment_sessions
GROUP BY place_id, segment, user_no
