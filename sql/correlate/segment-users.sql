-- The users of each segment. The session to show for a user contains the time (`inside_no`) rather than that it is in grace
-- (`grace_no`), then has the greatest number; `reported_…` are those of the reported ones, for closed days. A doubtful session is
-- never shown. `hangs` is 1 when disputed sessions put the user there and no other reported one contains the time.
SELECT place_id, segment, user_no,
  CASE WHEN max(CASE WHEN presence IN ('inside', 'grace') THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS candidate,
  max(CASE WHEN presence = 'inside' AND NOT doubtful THEN session_no END) AS inside_no,
  max(CASE WHEN presence = 'grace' AND NOT doubtful THEN session_no END) AS grace_no,
  max(CASE WHEN presence = 'inside' AND NOT doubtful AND origin = 'report' THEN session_no END) AS reported_inside_no,
  max(CASE WHEN presence = 'grace' AND NOT doubtful AND origin = 'report' THEN session_no END) AS reported_grace_no,
  CASE WHEN max(CASE WHEN presence = 'inside' AND is_multisession = false AND NOT doubtful THEN 1 ELSE 0 END) = 1
    THEN true ELSE false END AS alone,
  CASE WHEN max(CASE WHEN presence IN ('inside', 'grace') AND origin = 'report' THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS reported,
  max(CASE WHEN presence IN ('inside', 'grace') AND origin = 'snapshot' THEN 1 ELSE 0 END) AS seen_only,
  min(CASE WHEN presence IN ('inside', 'grace') THEN CASE WHEN is_multisession THEN 1 ELSE 0 END END) AS multi,
  max(CASE WHEN presence IN ('inside', 'grace', 'possible') AND multi_fleet THEN 1 ELSE 0 END) AS multi_fleet,
  max(CASE WHEN presence IN ('inside', 'grace') AND reused THEN 1 ELSE 0 END) AS reused,
  min(CASE WHEN presence IN ('inside', 'grace') THEN CASE WHEN disputed THEN 1 ELSE 0 END END) AS disputed,
  CASE WHEN max(CASE WHEN presence = 'disputed' THEN 1 ELSE 0 END) = 1
    AND max(CASE WHEN presence = 'inside' AND origin = 'report' AND NOT disputed THEN 1 ELSE 0 END) = 0 THEN 1 ELSE 0 END AS hangs,
  CASE WHEN max(CASE WHEN presence = 'possible' THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS possible,
  max(CASE WHEN presence = 'inside' THEN 1 ELSE 0 END) AS inside,
  max(CASE WHEN presence = 'idle' THEN 1 ELSE 0 END) AS idle,
  CASE WHEN max(CASE WHEN presence = 'elsewhere' THEN 1 ELSE 0 END) = 1 THEN true ELSE false END AS elsewhere,
  CASE WHEN max(CASE WHEN presence = 'elsewhere' AND origin = 'snapshot' THEN 1 ELSE 0 END) = 1
    OR (max(CASE WHEN presence = 'elsewhere' AND disputed THEN 1 ELSE 0 END) = 1
      AND max(CASE WHEN presence = 'elsewhere' AND origin = 'report' AND NOT disputed THEN 1 ELSE 0 END) = 0)
    THEN 1 ELSE 0 END AS elsewhere_weak
FROM segment_sessions
GROUP BY place_id, segment, user_no
