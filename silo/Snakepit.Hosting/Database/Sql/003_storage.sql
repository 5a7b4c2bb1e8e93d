-- State of grains. A grain is found by two hashes, and recognised by its whole key, since hashes collide.

CREATE TABLE IF NOT EXISTS OrleansStorage
(
    GrainIdHash            integer     NOT NULL,
    GrainIdN0              bigint      NOT NULL,
    GrainIdN1              bigint      NOT NULL,
    GrainTypeHash          integer     NOT NULL,
    GrainTypeString        text        NOT NULL,
    GrainIdExtensionString text,
    ServiceId              text        NOT NULL,
    PayloadBinary          bytea,
    ModifiedOn             timestamptz NOT NULL DEFAULT now(),
    Version                integer     NOT NULL
);

CREATE INDEX IF NOT EXISTS snakepit_storage_by_hash ON OrleansStorage (GrainIdHash, GrainTypeHash);

-- Returns the new version, or null when another activation has written in the meantime: Orleans takes that for a conflict.
CREATE OR REPLACE FUNCTION snakepit_storage_write(
    id_hash integer, id_n0 bigint, id_n1 bigint, type_hash integer, type_name text, id_text text, service text,
    expected_version integer, payload bytea)
RETURNS integer LANGUAGE plpgsql AS $body$
DECLARE
    new_version integer;
BEGIN
    IF expected_version IS NOT NULL THEN
        UPDATE OrleansStorage AS s
            SET PayloadBinary = payload, ModifiedOn = now(), Version = s.Version + 1
            WHERE s.GrainIdHash = id_hash AND s.GrainTypeHash = type_hash AND s.GrainIdN0 = id_n0 AND s.GrainIdN1 = id_n1
                AND s.GrainTypeString = type_name AND s.GrainIdExtensionString IS NOT DISTINCT FROM id_text
                AND s.ServiceId = service AND s.Version = expected_version
            RETURNING s.Version INTO new_version;
        RETURN new_version;
    END IF;

    -- Two activations may write a first state at once. A unique index cannot hold keys of any length, so they queue here.
    PERFORM pg_advisory_xact_lock(id_hash, type_hash);
    INSERT INTO OrleansStorage
        (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, Version)
    SELECT id_hash, id_n0, id_n1, type_hash, type_name, id_text, service, payload, 1
        WHERE NOT EXISTS (
            SELECT FROM OrleansStorage AS s
            WHERE s.GrainIdHash = id_hash AND s.GrainTypeHash = type_hash AND s.GrainIdN0 = id_n0 AND s.GrainIdN1 = id_n1
                AND s.GrainTypeString = type_name AND s.GrainIdExtensionString IS NOT DISTINCT FROM id_text
                AND s.ServiceId = service)
        RETURNING OrleansStorage.Version INTO new_version;
    RETURN new_version;
END
$body$;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('WriteToStorageKey', $query$
SELECT snakepit_storage_write(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId,
    @GrainStateVersion, @PayloadBinary) AS NewGrainStateVersion
$query$),
('ReadFromStorageKey', $query$
SELECT PayloadBinary, Version FROM OrleansStorage
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString AND ServiceId = @ServiceId
$query$),
-- Keeps the row and its version, so that an old activation's write is still refused.
('ClearStorageKey', $query$
UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString AND ServiceId = @ServiceId
    AND Version = @GrainStateVersion
RETURNING Version
$query$),
('DeleteStorageKey', $query$
DELETE FROM OrleansStorage
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString AND ServiceId = @ServiceId
    AND Version = @GrainStateVersion
RETURNING Version + 1
$query$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
