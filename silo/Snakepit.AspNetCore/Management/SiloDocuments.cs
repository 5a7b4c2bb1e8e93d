using Snakepit.Core.Access;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Silos;

namespace Snakepit.AspNetCore.Management;

/// <summary>The answer of <c>GET /v1/silos</c>; the command line reads it too.</summary>
/// <param name="Silo">Name of the silo that answers.</param>
/// <param name="Silos">Every silo that answered it.</param>
/// <param name="SilentSilos">Names of silos in the cluster that did not answer within two seconds.</param>
internal sealed record SilosDocument(string Silo, SiloDocument[] Silos, string[] SilentSilos);

/// <summary>One silo.</summary>
internal sealed record SiloDocument(
    string Name, SiloState State, string Host, int Pid, string Address, string Version, double UptimeSeconds, int Queued, int Running,
    int Capacity, string[] Pools, string[] Roles, string? DatabaseProblem = null, double? DatabaseProblemSeconds = null)
{
    /// <param name="report">What the silo says.</param>
    /// <param name="caller">Who asks. It hears of its pools; of a problem of the database only when it may use all pools.</param>
    /// <param name="detail">How much of that it hears.</param>
    public static SiloDocument From(SiloReport report, Caller caller, ErrorDetail detail) => new(
        report.Name, report.State, report.Host, report.Pid, report.Incarnation.Endpoint, report.Version,
        Math.Round(report.Uptime.TotalSeconds, 1), report.Queued, report.Running, report.Capacity,
        [.. report.Pools.Where(caller.MayUse)], report.Roles, DatabaseText(report.DatabaseProblem, caller, detail),
        report.DatabaseProblem is null ? null : Math.Round(report.DatabaseProblemFor.TotalSeconds, 1));

    /// <summary>What a caller hears of a database that does not answer.</summary>
    public static string? DatabaseText(string? problem, Caller caller, ErrorDetail detail) =>
        caller.Pools is null ? FailureDetail.Cut(problem, detail) : null;
}
