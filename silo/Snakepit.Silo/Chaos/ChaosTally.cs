using System.Threading.Channels;
using Snakepit.Silo.Chaos.Calls;
using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos;

/// <summary>Reads all events of a run, counts, judges each end and shows what happens. One loop owns everything here.</summary>
internal sealed class ChaosTally(ChaosScreen screen, int seconds)
{
    private const int ShownViolations = 20;

    /// <summary>Most failures come within seconds of a silo's fault. Later ones are shown.</summary>
    private static readonly TimeSpan LateFailure = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, SiloFault> _faults = [];
    private readonly IntervalCount _interval = new();

    public ChaosLedger Ledger { get; } = new();

    /// <summary>Ends of calls by code and by what the end says about the run.</summary>
    public Dictionary<(string Code, CallEnd End), long> Ends { get; } = [];

    /// <summary>The same of the storm alone, without what came after it.</summary>
    public Dictionary<(string Code, CallEnd End), long> StormEnds { get; private set; } = [];

    /// <summary>Faults by kind.</summary>
    public SortedDictionary<string, int> Done { get; } = [];

    /// <summary>Of quick calls that succeeded, by way and by whether a silo was away.</summary>
    public SortedDictionary<string, Latencies> Times { get; } = [];

    /// <summary>Violations by kind.</summary>
    public SortedDictionary<string, long> Violations { get; } = [];

    /// <summary>Failed calls whose ledger entry may be asked for later, by number.</summary>
    public Dictionary<long, string> Stories { get; } = [];

    public IEnumerable<SiloFault> SiloFaults => _faults.Values;

    /// <summary>Ends when there will be no more events.</summary>
    public async Task RunAsync(ChannelReader<ChaosEvent> events)
    {
        await foreach (var happened in events.ReadAllAsync())
            Take(happened);
    }

    private void Take(ChaosEvent happened)
    {
        switch (happened)
        {
            case CallEnded call:
                Take(call);
                break;
            case WorkerFault fault:
                Count(fault.What);
                screen.Line(fault.At, $"{fault.What}: {fault.Whom}");
                break;
            case SiloFaultBegan began:
                Count(began.What);
                _faults[began.Fault] = new SiloFault(began);
                screen.Line(began.At, $"{began.What}: {began.Silo}, {began.How}");
                break;
            case SiloRuns runs:
                _faults[runs.Fault].Runs = runs.At;
                screen.Line(runs.At, $"{_faults[runs.Fault].Silo} {runs.How}");
                break;
            case SiloReady ready:
                var over = _faults[ready.Fault];
                over.Ready = ready.At;
                screen.Line(ready.At, $"{over.Silo} is ready, {(ready.At - over.At).TotalSeconds:0.0} s after the fault");
                break;
            case Note note:
                screen.Line(note.At, note.What);
                break;
            case StormOver:
                StormEnds = new(Ends);
                break;
            case Violation violation:
                Take(violation);
                break;
            case SecondPassed second:
                _interval.Show(screen, second.At, seconds);
                break;
            default:
                throw new InvalidOperationException($"{happened.GetType().Name} is no known event.");
        }
    }

    private void Take(CallEnded call)
    {
        var (end, code) = (call.Answer.End, call.Answer.Code);
        Ledger.Ended(call.Call.Number, end, call.Call.MayRunTwice);
        Ends[(code, end)] = Ends.GetValueOrDefault((code, end)) + 1;
        _interval.Add(call);
        var open = _faults.Values.Where(fault => fault.MayExplain(call)).ToList();
        if (end == CallEnd.Succeeded)
        {
            foreach (var fault in open)
                fault.Succeeded(call);
            if (call.Call.IsQuick)
                Time($"{call.Answer.Way}, {(open.Exists(fault => fault.Overlaps(call)) ? "a silo away" : "quiet")}", call.Took);
            return;
        }

        if (EarnedFailures.IsOfSilo(call.Call, call.Answer))
        {
            open.ForEach(fault => fault.Failed(call, open.Count == 1));
            if (open.TrueForAll(fault => call.At - fault.At > LateFailure))
                screen.Line(call.At, $"late: {Story(call)}");
        }

        if (call.Call.Patience is null && !call.Call.IsTooLong && code != "tool_raised")
            Stories[call.Call.Number] = Story(call);
        if (!EarnedFailures.Contains(call.Call, call.Answer, open.Count > 0))
            Take(new Violation(Violation.Unearned, Story(call)));
    }

    /// <summary>Counts a broken promise and shows it.</summary>
    public void Take(Violation violation)
    {
        Violations[violation.Kind] = Violations.GetValueOrDefault(violation.Kind) + 1;
        if (Violations[violation.Kind] <= ShownViolations)
            screen.Line(null, $"VIOLATION ({violation.Kind}): {violation.What}");
    }

    private void Count(string what) => Done[what] = Done.GetValueOrDefault(what) + 1;

    private void Time(string what, TimeSpan took)
    {
        if (!Times.TryGetValue(what, out var times))
            Times[what] = times = new Latencies();
        times.Add(took);
    }

    private static string Story(CallEnded call) =>
        $"call {call.Call.Number} to '{call.Call.Tool}' by {call.Answer.Way}{(call.Answer.Door is { } door ? $" at {door}" : "")}, "
        + $"sent at {call.Sent.TotalSeconds:0.00} s, ended after {call.Took.TotalSeconds:0.00} s "
        + $"with {call.Answer.Code} ({call.Answer.End}): {call.Answer.Detail}";
}
