using Snakepit.Core.Options;
using Snakepit.Hosting.Clustering;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Identity;
using Snakepit.Silo.Serving;
using Snakepit.Workers.Orphans;

namespace Snakepit.Silo.Doctor;

/// <summary>What a silo looks at itself when it starts: its data folder, its ports, who may use its door.</summary>
internal static class StartChecks
{
    private const string LogLevelKey = "Logging:LogLevel:Default";

    /// <summary>Which process runs a silo of this instance, null for none, and what was found about the data folder.</summary>
    public static (string? Running, Finding Finding) DataFolder(SnakepitOptions options)
    {
        const string Check = "data folder";
        var run = SiloIdentity.NewRun(options);
        try
        {
            SiloIdentity.TakeLock(options, run).Dispose();
            return (null, Finding.Ok(Check, $"can be written, and no silo of instance '{run.InstanceName}', '{run.InstanceToken}' runs"));
        }
        catch (InstanceInUseException error)
        {
            var running = error.Owner is { } owner ? $"process {owner}" : "a process whose number is not known yet";
            return (running, Finding.Ok(Check, $"a silo of instance '{run.InstanceName}', '{run.InstanceToken}' runs now as {running}"));
        }
        catch (StartupException error)
        {
            return (null, Finding.Error(Check, error.Message, "Name a folder that the silo's user may write in Snakepit:DataDir"));
        }
    }

    /// <summary>Values that are allowed and probably not meant, and pools that this silo does not run.</summary>
    public static IEnumerable<Finding> Doubts(Patient patient)
    {
        const string Check = "configuration";
        var options = patient.Options;
        foreach (var doubt in patient.Configuration.Doubts())
            yield return Finding.Warning(Check, doubt, patient.Command("config explain"));
        var own = options.OwnPools.ToList();
        if (own.Count == 0)
        {
            yield return Finding.Warning(
                Check, "this silo runs no pool: none asks for its roles alone", "Correct Roles or Pools:n:Silos:Roles");
        }

        yield return Finding.Ok(
            Check,
            $"{patient.File ?? "no file"}: {string.Join(", ", own.Select(pool => $"{pool.Name} ({pool.MostWorkers} workers)"))}");
        var level = patient.Configuration.Root[LogLevelKey];
        yield return level is "Debug" or "Trace"
            ? Finding.Warning("log level", $"{level} writes several lines for each call", $"Set {LogLevelKey} to Warning in production")
            : Finding.Ok("log level", level ?? "Information, the default; Warning is enough in production");
        yield return Telemetry(options);
    }

    private static Finding Telemetry(SnakepitOptions options)
    {
        List<string> ways = [];
        if (options.TelemetryMetrics.Prometheus.Enabled == true)
            ways.Add("/metrics of the HTTP door");
        if (options.OpenTelemetry.Exporters.Otlp.Endpoint is { } endpoint)
            ways.Add($"the collector at {endpoint}");
        return Finding.Ok(
            "telemetry",
            ways.Count > 0 ? $"metrics go to {string.Join(" and ", ways)}"
                : "nothing is configured; TelemetryMetrics:Prometheus or OpenTelemetry in production");
    }

    /// <summary>The ports of silo, clients and HTTP, and who may use the door.</summary>
    public static async Task<IReadOnlyList<Finding>> DoorAsync(Patient patient)
    {
        if (patient.Running is { } running)
        {
            var reason = $"the silo that runs as {running} has them";
            return [Finding.Skipped("ports", reason), Finding.Skipped("HTTP access", reason)];
        }

        var findings = new List<Finding>();
        if (Try("ports", $"Name other ports with --urls, {Option("SiloPort")} or {Option("GatewayPort")}", findings, () =>
            {
                HttpPorts.Check(HttpPorts.Parse(patient.Urls));
                var (listen, _, silo, gateway) = SiloEndpoints.Choose(patient.Options.Cluster);
                return $"{patient.Urls} for HTTP, {listen}:{silo} for silos and {gateway} for clients are free";
            }))
        {
            await AccessAsync(patient, findings);
        }

        return findings;
    }

    /// <summary>Puts the silo together as a start does, and does not start it.</summary>
    private static async Task AccessAsync(Patient patient, List<Finding> findings)
    {
        var addresses = HttpPorts.Parse(patient.Urls);
        patient.Configuration.Root[LogLevelKey] = nameof(LogLevel.None);
        await using var app = SiloApplication.Build(patient.Configuration, addresses);
        _ = Try("HTTP access", "Run 'snakepit key new', or let HTTP listen on loopback", findings, () =>
        {
            SiloApplication.UseDoor(app);
            return addresses.All(address => address.IsLoopback)
                ? "for programs of this machine" + (patient.Options.Http.Keys.Count > 0 ? " that have a key" : "")
                : "for who has a key or a token, or for everybody where that is written";
        });
    }

    private static string Option(string name) => $"Snakepit:Cluster:{name}";

    private static bool Try(string check, string mend, List<Finding> findings, Func<string> look)
    {
        try
        {
            findings.Add(Finding.Ok(check, look()));
            return true;
        }
        catch (StartupException error)
        {
            findings.Add(Finding.Error(check, error.Message, mend));
            return false;
        }
    }
}
