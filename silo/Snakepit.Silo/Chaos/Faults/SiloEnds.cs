using System.Diagnostics;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Snakepit.Silo.Chaos.Reckoning;
using Snakepit.Silo.Chaos.Silos;
using Snakepit.Workers.Processes;

namespace Snakepit.Silo.Chaos.Faults;

/// <summary>The ways in which a silo goes away and comes back. Each looks at what the silo has left and tells of broken promises.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SiloEnds(Func<TimeSpan> clock, ChannelWriter<ChaosEvent> events)
{
    /// <summary>A silo that is told to stop lets its calls end and asks its workers to leave.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90);

    /// <summary>For the processes of a killed silo. They die in milliseconds; a busy host takes its time to remove them.</summary>
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(20);

    private int _faults;

    public async Task KillAsync(ChaosSilo silo, TimeSpan away)
    {
        var fault = Begin("silo killed", silo, Back(away));
        await KillAsync(silo);
        await ReturnAsync(fault, silo, away);
    }

    public async Task StopAsync(ChaosSilo silo, TimeSpan away)
    {
        var fault = Begin("silo told to stop", silo, Back(away));
        await StopAsync(silo);
        await ReturnAsync(fault, silo, away);
    }

    public async Task PauseAsync(ChaosSilo silo, TimeSpan pause)
    {
        var fault = Begin("silo paused", silo, $"for {pause.TotalSeconds:0.0} s");
        silo.Signal(Posix.SigStop);
        await Task.Delay(pause);
        silo.Signal(Posix.SigCont);
        events.TryWrite(new SiloRuns(fault, clock(), "goes on"));
        if (!await AwaitReadyAsync(fault, silo) && silo.HasExited)
        {
            events.TryWrite(new Note(clock(), $"{silo.Name} ended with code {silo.ExitCode} after its pause: {silo.LastLine}"));
            await ReturnAsync(fault, silo, TimeSpan.Zero);
        }
    }

    /// <summary>Starts a silo that has ended by itself, which breaks a promise.</summary>
    public async Task ReviveAsync(ChaosSilo silo)
    {
        Tell(Violation.SiloMisbehaved, $"{silo.Name} ended by itself with code {silo.ExitCode}: {silo.LastLine}");
        await ReturnAsync(Begin("silo ended by itself", silo, "back at once"), silo, TimeSpan.Zero);
    }

    /// <summary>Kills it, and waits until its processes are gone.</summary>
    public async Task KillAsync(ChaosSilo silo)
    {
        var since = Stopwatch.StartNew();
        silo.Signal(Posix.SigKill);
        await silo.ExitAsync(StopLimit);
        try
        {
            await ChaosSilo.UntilAsync(
                () => Task.FromResult(silo.Descendants().Count == 0),
                DeathLimit,
                () => $"nothing of the killed silo {silo.Name} lives",
                default);
            var milliseconds = since.Elapsed.TotalMilliseconds;
            events.TryWrite(new Note(clock(), $"{silo.Name}: all its processes were gone {milliseconds:0} ms after the kill"));
        }
        catch (TimeoutException error)
        {
            Tell(Violation.Left, $"{error.Message}: {Names(silo.Descendants())}");
        }
    }

    /// <summary>Tells it to stop, and looks at what it leaves.</summary>
    public async Task StopAsync(ChaosSilo silo)
    {
        var since = Stopwatch.StartNew();
        silo.Signal(Posix.SigTerm);
        var code = await silo.ExitAsync(StopLimit);
        if (code is null)
        {
            Tell(Violation.SiloMisbehaved, $"{silo.Name} did not stop within {StopLimit.TotalSeconds:0} s");
            await KillAsync(silo);
            return;
        }

        if (code != 0)
            Tell(Violation.SiloMisbehaved, $"{silo.Name} stopped with exit code {code}: {silo.LastLine}");
        events.TryWrite(new Note(clock(), $"{silo.Name}: stopped after {since.Elapsed.TotalSeconds:0.0} s"));
        if (silo.Descendants() is { Count: > 0 } living)
            Tell(Violation.Left, $"processes of {silo.Name}: {Names(living)}");
        foreach (var left in silo.Leftovers())
            Tell(Violation.Left, left);
    }

    private static string Back(TimeSpan away) => away == TimeSpan.Zero ? "back at once" : $"back after {away.TotalSeconds:0.0} s";

    private static string Names(List<(int Pid, string Command)> processes) =>
        string.Join(", ", processes.Select(process => $"{process.Pid} {process.Command}"));

    private int Begin(string what, ChaosSilo silo, string how)
    {
        var fault = Interlocked.Increment(ref _faults);
        events.TryWrite(new SiloFaultBegan(fault, clock(), what, silo.Name, how));
        return fault;
    }

    private async Task ReturnAsync(int fault, ChaosSilo silo, TimeSpan away)
    {
        await Task.Delay(away);
        silo.Start();
        events.TryWrite(new SiloRuns(fault, clock(), $"starts again as process {silo.Pid}"));
        if (await AwaitReadyAsync(fault, silo))
            return;
        var state = silo.HasExited ? $"exit code {silo.ExitCode}" : "it runs";
        Tell(Violation.SiloMisbehaved, $"{silo.Name} did not come back ({state}): {silo.LastLine}");
    }

    private async Task<bool> AwaitReadyAsync(int fault, ChaosSilo silo)
    {
        try
        {
            await silo.UntilReadyAsync(ReadyLimit, default);
            events.TryWrite(new SiloReady(fault, clock()));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Tell(string kind, string what) => events.TryWrite(new Violation(kind, what));
}
