using System.Runtime.Versioning;
using Npgsql;

namespace Snakepit.Silo.Chaos.Silos;

/// <summary>The silos of a run, their folder, and their rows in a database. Disposal removes all but logs that are kept.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChaosCluster : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly string? _connection;

    public ChaosCluster(ChaosPlan plan, string? connection)
    {
        _connection = connection;
        Folder = Directory.CreateTempSubdirectory("snakepit-chaos-").FullName;
        Id = Path.GetFileName(Folder);
        CallsFolder = Directory.CreateDirectory(Path.Combine(Folder, "calls")).FullName;
        var settings = new SiloSettings(plan.Workers, Id, connection, CallsFolder);
        Silos = [.. Enumerable.Range(0, plan.Silos).Select(
            index => new ChaosSilo(SiloSeat.Take(Folder, plan.Silos == 1 ? "chaos" : $"chaos-{index + 1}", plan.Silos == 1), settings))];
    }

    /// <summary>Name of the cluster; no other run has it.</summary>
    public string Id { get; }

    public string Folder { get; }

    /// <summary>Where workers write down the calls that they begin.</summary>
    public string CallsFolder { get; }

    public IReadOnlyList<ChaosSilo> Silos { get; }

    /// <summary>Starts all silos and waits until they are ready.</summary>
    /// <exception cref="TimeoutException">One was not.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var silo in Silos)
            silo.Start();
        foreach (var silo in Silos)
            await silo.UntilReadyAsync(StartLimit, cancellationToken);
    }

    /// <summary>Removes the folder and keeps the logs.</summary>
    public string[] KeepLogs() =>
        [.. Silos.Select(silo =>
        {
            var kept = Path.Combine(Path.GetTempPath(), $"{Id}-{silo.Name}.log");
            File.Copy(silo.Seat.Log, kept, overwrite: true);
            return kept;
        })];

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
            silo.Dispose();
        Directory.Delete(Folder, recursive: true);
        if (_connection is not null)
            await RemoveTracesAsync(_connection);
    }

    /// <summary>The rows of this cluster; its name is in no other.</summary>
    private async Task RemoveTracesAsync(string connection)
    {
        (string Table, string Column)[] traces =
        [
            ("OrleansMembershipTable", "DeploymentId"), ("OrleansMembershipVersionTable", "DeploymentId"),
            ("OrleansRemindersTable", "ServiceId"), ("OrleansStorage", "ServiceId"),
        ];
        await using var database = NpgsqlDataSource.Create(connection);
        foreach (var (table, column) in traces)
        {
            try
            {
                await using var command = database.CreateCommand($"DELETE FROM {table} WHERE {column} = $1");
                command.Parameters.AddWithValue(Id);
                await command.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                // The tables were not made, or the database is gone: the report has said what is wrong.
            }
        }
    }
}
