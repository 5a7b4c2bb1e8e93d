using System.Runtime.Versioning;
using Snakepit.Silo.Chaos.Silos;

namespace Snakepit.Silo.Chaos.Faults;

/// <summary>
/// What happens to silos: they are killed, told to stop, or paused; never are all of them away at once. A silo alone is only paused.
/// The run ends when all are back.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class SiloFaults(IReadOnlyList<ChaosSilo> silos, SiloEnds ends, int seed)
{
    public async Task RunAsync(CancellationToken until)
    {
        var random = new Random(seed);
        List<Task> running = [];
        while (!until.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(3 + (5 * random.NextDouble())), until));
            foreach (var silo in silos.Where(silo => silo is { IsAway: false, HasExited: true }))
                running.Add(ReviveAsync(silo));
            var fault = Choose(random);
            if (until.IsCancellationRequested || fault.Victim.IsAway || silos.Count(silo => silo.IsAway) >= Math.Max(1, silos.Count - 1))
                continue;
            fault.Victim.IsAway = true;
            var under = EndAsync(fault);
            running.Add(under);
            // Mostly the cluster recovers before the next fault; sometimes that one comes meanwhile.
            if (fault.Alone)
                await under;
        }

        await Task.WhenAll(running);
    }

    private Fault Choose(Random random)
    {
        var victim = silos[random.Next(silos.Count)];
        var kind = silos.Count == 1 ? 99 : random.Next(100);
        var away = TimeSpan.FromSeconds(random.Next(3) == 0 ? 0 : 8 * random.NextDouble());
        var pause = TimeSpan.FromSeconds(0.5 + ((silos.Count == 1 ? 2 : 3.5) * random.NextDouble()));
        return new Fault(victim, kind, away, pause, Alone: random.Next(3) > 0);
    }

    private async Task EndAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case < 40:
                await ends.KillAsync(fault.Victim, fault.Away);
                break;
            case < 70:
                await ends.StopAsync(fault.Victim, fault.Away);
                break;
            default:
                await ends.PauseAsync(fault.Victim, fault.Pause);
                break;
        }

        fault.Victim.IsAway = false;
    }

    /// <summary>A silo has ended, and no fault told it to.</summary>
    private async Task ReviveAsync(ChaosSilo silo)
    {
        silo.IsAway = true;
        await ends.ReviveAsync(silo);
        silo.IsAway = false;
    }

    private sealed record Fault(ChaosSilo Victim, int Kind, TimeSpan Away, TimeSpan Pause, bool Alone);
}
