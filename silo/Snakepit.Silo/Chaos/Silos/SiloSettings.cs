using System.Runtime.Versioning;
using System.Text.Json;

namespace Snakepit.Silo.Chaos.Silos;

/// <summary>The configuration file of a silo under chaos.</summary>
/// <param name="Workers">Workers of the silo.</param>
/// <param name="Cluster">Name of the cluster, and of its service.</param>
/// <param name="Connection">Connection string of the cluster's database; null for a silo alone.</param>
/// <param name="CallsFolder">Where workers write down the calls that they begin.</param>
[SupportedOSPlatform("linux")]
internal sealed record SiloSettings(int Workers, string Cluster, string? Connection, string CallsFolder)
{
    /// <summary>Written for the owner's eyes only: a connection string has a password.</summary>
    public void Write(SiloSeat seat)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new FileStream(seat.Settings, options);
        JsonSerializer.Serialize(file, Document(seat));
    }

    /// <summary>A record prints all of its properties. This one must not print the connection string.</summary>
    public override string ToString() => $"cluster {Cluster}, {Workers} workers for each silo";

    private object Document(SiloSeat seat) => new
    {
        Snakepit = new
        {
            DataDir = seat.DataFolder,
            InstanceName = "chaos",
            InstanceToken = $"{Cluster}-{seat.Name}",
            Cluster = Section(seat),
            Pools = new[]
            {
                new
                {
                    Name = "default",
                    PoolSize = Workers,
                    AdapterModule = "snakepit_bridge.chaos.Chaos",
                    AdapterEnv = new Dictionary<string, string> { ["SNAKEPIT_CHAOS_CALLS"] = CallsFolder },
                    MaxQueueSize = 200,
                    WorkerMaxRequests = 300,
                    WorkerTtl = "20s",
                    MemoryThresholdMb = 100,
                    Heartbeat = new { PingInterval = "250ms", Timeout = "500ms", MaxMissed = 3 },
                    CrashBarrier = new { BreakerCrashes = 0 }, // crashes are wanted here
                },
            },
        },
    };

    private Dictionary<string, object> Section(SiloSeat seat)
    {
        var section = new Dictionary<string, object>
        {
            ["SiloName"] = seat.Name,
            ["SiloPort"] = seat.SiloPort,
            ["GatewayPort"] = seat.GatewayPort,
            ["ClusterId"] = Cluster,
            ["ServiceId"] = Cluster,
        };
        if (Connection is not null)
        {
            section["Provider"] = "postgres";
            section["ConnectionString"] = Connection;
            section["InitializeDatabase"] = true;
        }

        return section;
    }
}
