-- The events that a report is about: those of its window that its subject takes part in.
-- A user takes part as the named user, as a candidate, as whom the credentials name, and as the owner of an object. An event stands
-- with what its session, or else its address within the given times, did. Without a subject: all events.
SELECT *
FROM attributions a
WHERE a.dt >= :from_dt AND a.dt <= :to_dt AND a.event_time_ms >= :from_ms AND a.event_time_ms < :to_ms
  AND (
    NOT :has_subject
    OR (:user_id <> '' AND (a.user_id = :user_id OR contains(a.candidate_user_ids, :user_id) OR a.self_named_user = :user_id
      OR a.object_owner_user_id = :user_id))
    OR (:session_id <> '' AND (a.session_id = :session_id OR contains(a.candidate_session_ids, :session_id)))
    OR (:bucket <> '' AND (:object_key = '' OR a.object_key = :object_key) AND a.bucket = :bucket)
    OR (:bucket <> '' AND (a.copy_source = :bucket || '/' || :object_key OR a.copy_source = '/' || :bucket || '/' || :object_key
      OR (:object_key = '' AND (starts_with(a.copy_source, :bucket || '/') OR starts_with(a.copy_source, '/' || :bucket || '/')))))
    OR contains(:event_ids, a.event_id)
    OR (:address <> '' AND a.source_address = :address AND a.event_time_ms >= :address_from_ms AND a.event_time_ms <= :address_to_ms)
  )
