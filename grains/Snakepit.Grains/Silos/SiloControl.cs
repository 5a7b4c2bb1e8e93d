using Microsoft.Extensions.Logging;
using Snakepit.Errors;
using Snakepit.Grains.Placement;
using Snakepit.Silos;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Silos;

/// <summary>Speaks to the silos of the cluster for people who operate it. Thread-safe.</summary>
public sealed class SiloControl
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly ClusterSilos _silos;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger<SiloControl> _logger;

    internal SiloControl(ClusterSilos silos, IGrainFactory grains, TimeProvider time, ILogger<SiloControl> logger)
    {
        _silos = silos;
        _grains = grains;
        _time = time;
        _logger = logger;
    }

    /// <summary>Asks every silo of the cluster that has pools; one that does not answer within two seconds is only named.</summary>
    public async Task<(SiloReport[] Reports, string[] Silent)> ReportsAsync()
    {
        var names = _silos.Present.Select(member => member.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var reports = await Task.WhenAll(names.Select(ReportAsync));
        return ([.. reports.OfType<SiloReport>()], [.. names.Where((_, index) => reports[index] is null)]);
    }

    /// <inheritdoc cref="ISiloGrain.DrainAsync"/>
    /// <param name="silo">Name of the silo.</param>
    /// <param name="limit">How long running calls may go on; null for <c>DrainTimeout</c>.</param>
    /// <param name="stay">The silo remains in the cluster without work.</param>
    /// <exception cref="SnakepitException">There is no such silo, or it does not answer.</exception>
    public Task<SiloReport> DrainAsync(string silo, TimeSpan? limit, bool stay) =>
        TellAsync(silo, grain => grain.DrainAsync(limit, stay));

    /// <inheritdoc cref="ISiloGrain.ResumeAsync"/>
    /// <param name="silo">Name of the silo.</param>
    /// <exception cref="SnakepitException">There is no such silo, or it does not answer.</exception>
    public Task<SiloReport> ResumeAsync(string silo) => TellAsync(silo, grain => grain.ResumeAsync());

    private async Task<SiloReport> TellAsync(string silo, Func<ISiloGrain, Task<SiloReport>> order)
    {
        try
        {
            return await order(Grain(silo));
        }
        catch (Exception error) when (error is not SnakepitException) // it is in the membership, and dead or stopped
        {
            throw new SnakepitException(
                new Failure
                {
                    Code = SnakepitErrorCode.SiloUnreachable,
                    Message = $"Silo '{silo}' is in the cluster and does not answer; it may have received the order: {error.Message}",
                    Outcome = Outcome.MaybeRan,
                    Stage = CallStage.Dispatch,
                },
                error);
        }
    }

    /// <summary>Checks the name of a silo that a person has written; null is none.</summary>
    /// <exception cref="SnakepitException">There is no such silo; the message lists those that there are.</exception>
    public void CheckName(string? silo)
    {
        if (silo is not null && _silos.Find(silo) is null)
        {
            string[] names = [.. _silos.Present.Select(member => member.Name)];
            throw new SnakepitException(
                SnakepitErrorCode.SiloUnreachable,
                $"There is no silo '{silo}' in the cluster.{Spelling.Hint(silo, names)} Its silos: {string.Join(", ", names)}.");
        }
    }

    private ISiloGrain Grain(string silo)
    {
        CheckName(silo);
        return _grains.GetGrain<ISiloGrain>(silo);
    }

    private async Task<SiloReport?> ReportAsync(string silo)
    {
        try
        {
            return await _grains.GetGrain<ISiloGrain>(silo).GetReportAsync().WaitAsync(AnswerLimit, _time);
        }
        catch (Exception error) // one silent silo must not keep the others from being seen
        {
            PoolLog.SiloMute(_logger, error.Message, silo, AnswerLimit.TotalSeconds);
            return null;
        }
    }
}
