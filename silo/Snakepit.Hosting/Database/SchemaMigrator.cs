using Npgsql;

namespace Snakepit.Hosting.Database;

/// <summary>
/// Reads and changes the schema of a database. A change is one transaction under a lock: all of it happens, once, or nothing.
/// </summary>
internal sealed class SchemaMigrator(NpgsqlDataSource database)
{
    /// <summary>How long a change may take, the wait for another silo's change included.</summary>
    public static readonly TimeSpan ChangeLimit = TimeSpan.FromMinutes(1);

    /// <exception cref="NpgsqlException">The database cannot be asked.</exception>
    public async Task<SchemaState> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, cancellationToken);
    }

    /// <summary>Makes all tables in a database that has none.</summary>
    /// <returns>The state that it found, and the scripts that it ran: none when there was something already.</returns>
    public Task<SchemaChange> InitializeAsync(CancellationToken cancellationToken) => ChangeAsync(SchemaFit.Empty, cancellationToken);

    /// <summary>Brings older tables to the version that this program needs.</summary>
    /// <returns>The state that it found, and the scripts that it ran: none when the tables were not older.</returns>
    public Task<SchemaChange> UpgradeAsync(CancellationToken cancellationToken) => ChangeAsync(SchemaFit.Older, cancellationToken);

    /// <summary>Makes the role of frontends, where the user may, and says whether it is there.</summary>
    /// <returns>Whether the role may read what it needs, and the schema of the tables.</returns>
    public async Task<(bool IsReady, string Schema)> MakeRoleAsync(GatewaysRole role, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ChangeLimit);
        await using var connection = await database.OpenConnectionAsync(limit.Token);
        await using (var transaction = await connection.BeginTransactionAsync(limit.Token))
        {
            // Grants on one table by several inits at once would fail; the lock makes them wait for each other.
            await RunAsync(connection, $"SELECT pg_advisory_xact_lock({SchemaScripts.Lock})", limit.Token);
            await RunAsync(connection, role.Script, limit.Token);
            await transaction.CommitAsync(limit.Token);
        }

        return await role.ReadAsync(connection, limit.Token);
    }

    private async Task<SchemaChange> ChangeAsync(SchemaFit from, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ChangeLimit);
        await using var connection = await database.OpenConnectionAsync(limit.Token);
        await using var transaction = await connection.BeginTransactionAsync(limit.Token);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({SchemaScripts.Lock})", limit.Token);
        // Read behind the lock: another silo may have made the change while this one waited.
        var found = await ReadAsync(connection, limit.Token);
        if (found.Fit != from)
            return new SchemaChange(found, []);
        await RunAsync(connection, SchemaScripts.VersionTable, limit.Token);
        foreach (var script in found.Missing)
            await RunAsync(connection, SchemaScripts.Step(script), limit.Token);
        await transaction.CommitAsync(limit.Token);
        return new SchemaChange(found, found.Missing);
    }

    private static async Task<SchemaState> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand("SELECT to_regclass('snakepit_schema') IS NOT NULL", connection);
        if (await look.ExecuteScalarAsync(cancellationToken) is not true)
            return new SchemaState([]);
        const string Versions = "SELECT coalesce(array_agg(Version ORDER BY Version), '{}') FROM snakepit_schema";
        await using var read = new NpgsqlCommand(Versions, connection);
        return new SchemaState((int[])(await read.ExecuteScalarAsync(cancellationToken))!);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // No limit of its own: the lock is held by others for as long as they need, and the token ends the wait.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>What a change of the schema has done.</summary>
/// <param name="Found">The state before.</param>
/// <param name="Ran">The scripts that ran.</param>
internal sealed record SchemaChange(SchemaState Found, IReadOnlyList<SchemaScript> Ran)
{
    public SchemaState Now => new([.. Found.Applied.Concat(Ran.Select(script => script.Version)).Order()]);
}
