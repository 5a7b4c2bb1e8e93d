using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Shards;
using Snakepit.Silos;

namespace Snakepit.Grains.Silos;

/// <summary>Takes this silo out of service when an operator says so, and takes it back. Thread-safe.</summary>
internal sealed class SiloDrain(
    ShardHost shards, ILocalSiloDetails silo, SnakepitOptions options, DatabaseHealth database, IHostApplicationLifetime application,
    ILogger<SiloDrain> logger)
{
    private static readonly string Version =
        typeof(SiloDrain).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private readonly Lock _gate = new(); // orders the turns that drain and resume send to the shards
    private int _number; // of the latest drain; it grows when the drain is taken back
    private SiloState _state = SiloState.Serving;

    /// <summary>Begins a drain; a later one replaces the limit of an earlier one. Does nothing when the silo leaves already.</summary>
    public void Begin(TimeSpan? limit, bool stay)
    {
        lock (_gate)
        {
            if (State == SiloState.Leaving)
                return;
            _state = SiloState.Draining;
            PoolLog.SiloDrains(logger, silo.Name, stay ? "stays in the cluster" : "leaves");
            _ = EndAsync(shards.DrainAsync(limit ?? options.DrainTimeout), stay, ++_number);
        }
    }

    /// <summary>Takes a drain back. Does nothing when there is none, and when the silo leaves already.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (State is SiloState.Leaving or SiloState.Serving)
                return;
            _number++;
            _state = SiloState.Serving;
            shards.Resume();
            PoolLog.SiloResumed(logger, silo.Name);
        }
    }

    public async Task<SiloReport> ReportAsync()
    {
        var pulses = await shards.PulsesAsync();
        var outage = database.Outage;
        return new SiloReport
        {
            Name = silo.Name,
            Incarnation = silo.SiloAddress.ToIncarnation(),
            State = State,
            Host = Environment.MachineName,
            Pid = Environment.ProcessId,
            Version = Version,
            Uptime = shards.Age,
            Pools = [.. pulses.Select(pulse => pulse.Shard.Pool)],
            Roles = [.. options.Roles],
            Queued = pulses.Sum(pulse => pulse.Queued),
            Running = pulses.Sum(pulse => pulse.Running),
            Capacity = pulses.Sum(pulse => pulse.Capacity),
            DatabaseProblem = outage?.Problem,
            DatabaseProblemFor = outage?.For ?? TimeSpan.Zero,
        };
    }

    private SiloState State => shards.IsStopping ? SiloState.Leaving : _state;

    private async Task EndAsync(Task drained, bool stay, int number)
    {
        await AnywayAsync(drained);
        lock (_gate)
        {
            if (number != _number)
                return;
            _state = stay ? SiloState.Drained : SiloState.Leaving;
            PoolLog.SiloDrained(logger, silo.Name);
        }

        if (!stay)
            application.StopApplication();
    }

    /// <summary>A shard that cannot drain must not keep the silo from leaving.</summary>
    private async Task AnywayAsync(Task drained)
    {
        try
        {
            await drained;
        }
        catch (Exception error)
        {
            PoolLog.DrainBroken(logger, error, silo.Name);
        }
    }
}
