-- What Orleans reads and writes to know the silos of a cluster. Orleans looks its statements up in OrleansQuery by key.
-- Parameter names and result columns are the contract; everything else is ours.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  text PRIMARY KEY,
    QueryText text NOT NULL
);

-- One row per cluster. Every change of a silo's state raises Version by one: that is how silos agree on an order of changes.
CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable
(
    DeploymentId text        PRIMARY KEY,
    Timestamp    timestamptz NOT NULL DEFAULT now(),
    Version      integer     NOT NULL DEFAULT 0
);

-- One row per life of a silo.
CREATE TABLE IF NOT EXISTS OrleansMembershipTable
(
    DeploymentId text        NOT NULL REFERENCES OrleansMembershipVersionTable ON DELETE CASCADE,
    Address      text        NOT NULL,
    Port         integer     NOT NULL,
    Generation   integer     NOT NULL,
    SiloName     text        NOT NULL,
    HostName     text        NOT NULL,
    Status       integer     NOT NULL,
    ProxyPort    integer,
    SuspectTimes text,
    StartTime    timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

-- Both functions below take the lock on the cluster's version row first. A writer that lost the race finds another version
-- behind the lock and changes nothing. The same order of locks in both rules out deadlocks.

CREATE OR REPLACE FUNCTION snakepit_membership_insert(
    cluster text, silo_address text, silo_port integer, silo_generation integer, silo_name text, host_name text,
    silo_status integer, gateway_port integer, started timestamptz, alive timestamptz, expected_version integer)
RETURNS integer LANGUAGE plpgsql AS $body$
DECLARE
    written integer;
BEGIN
    PERFORM FROM OrleansMembershipVersionTable AS v
        WHERE v.DeploymentId = cluster AND v.Version = expected_version
        FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    INSERT INTO OrleansMembershipTable
        (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    VALUES
        (cluster, silo_address, silo_port, silo_generation, silo_name, host_name, silo_status, gateway_port, started, alive)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;

    IF written > 0 THEN
        UPDATE OrleansMembershipVersionTable AS v
            SET Version = v.Version + 1, Timestamp = now()
            WHERE v.DeploymentId = cluster;
    END IF;
    RETURN written;
END
$body$;

CREATE OR REPLACE FUNCTION snakepit_membership_update(
    cluster text, silo_address text, silo_port integer, silo_generation integer,
    silo_status integer, suspicions text, alive timestamptz, expected_version integer)
RETURNS integer LANGUAGE plpgsql AS $body$
DECLARE
    written integer;
BEGIN
    PERFORM FROM OrleansMembershipVersionTable AS v
        WHERE v.DeploymentId = cluster AND v.Version = expected_version
        FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    UPDATE OrleansMembershipTable AS m
        SET Status = silo_status, SuspectTimes = suspicions, IAmAliveTime = alive
        WHERE m.DeploymentId = cluster AND m.Address = silo_address AND m.Port = silo_port AND m.Generation = silo_generation;
    GET DIAGNOSTICS written = ROW_COUNT;

    IF written > 0 THEN
        UPDATE OrleansMembershipVersionTable AS v
            SET Version = v.Version + 1, Timestamp = now()
            WHERE v.DeploymentId = cluster;
    END IF;
    RETURN written;
END
$body$;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $query$
WITH inserted AS (
    INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING DeploymentId)
SELECT count(*)::integer FROM inserted
$query$),
('InsertMembershipKey', $query$
SELECT snakepit_membership_insert(@DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName,
    @Status, @ProxyPort, @StartTime, @IAmAliveTime, @Version)
$query$),
('UpdateMembershipKey', $query$
SELECT snakepit_membership_update(@DeploymentId, @Address, @Port, @Generation, @Status, @SuspectTimes, @IAmAliveTime, @Version)
$query$),
-- Says that a silo lives and changes nothing that silos must agree on, so Version stays.
('UpdateIAmAlivetimeKey', $query$
UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),
-- The version comes back even when the cluster has no such silo, hence the outer join.
('MembershipReadRowKey', $query$
SELECT m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM OrleansMembershipVersionTable AS v
LEFT JOIN OrleansMembershipTable AS m
    ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
WHERE v.DeploymentId = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
SELECT m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM OrleansMembershipVersionTable AS v
LEFT JOIN OrleansMembershipTable AS m ON m.DeploymentId = v.DeploymentId
WHERE v.DeploymentId = @DeploymentId
$query$),
('GatewaysQueryKey', $query$
SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),
-- Takes the silos' rows with it.
('DeleteMembershipTableEntriesKey', $query$
DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
$query$),
-- 6 is Dead. A row in any other state may belong to a silo that lives and could not write for a while.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status = 6 AND IAmAliveTime < @IAmAliveTime
$query$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
