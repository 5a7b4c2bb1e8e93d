using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orleans.Serialization;
using Snakepit.Pools;

namespace Snakepit.Bench;

/// <summary>Counts what the silos and frontends of this process say to each other and to their database. Thread-safe.</summary>
internal sealed class ClusterMeter : IDisposable
{
    public const string Messages = "orleans-messaging-sent-messages-size";
    public const string Probes = "orleans-messaging-pings-sent";
    public const string DatabaseRead = "db.client.operation.npgsql.bytes_read";
    public const string DatabaseWritten = "db.client.operation.npgsql.bytes_written";

    /// <summary>One in so many calls to the watched grain has its arguments and its result measured, and each status.</summary>
    private const int Sample = 16;

    private static readonly HashSet<string> Wanted = [Messages, Probes, DatabaseRead, DatabaseWritten];

    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _observed = new(StringComparer.Ordinal);
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _statements;
    private readonly string _pool;

    /// <param name="pool">The pool whose grain is watched.</param>
    public ClusterMeter(string pool)
    {
        _pool = pool;
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (Wanted.Contains(instrument.Name))
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        _meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _meters.Start();
        _statements = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Npgsql",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => Add($"sql {KindOf(activity)}", 1),
        };
        ActivitySource.AddActivityListener(_statements);
    }

    /// <summary>What calls to the watched grain are counted under.</summary>
    public static string Watched(string method) => $"{nameof(IPoolGrain)}.{method}";

    public void Dispose()
    {
        _statements.Dispose();
        _meters.Dispose();
    }

    /// <summary>The totals until now.</summary>
    public MeterReading Read()
    {
        _observed.Clear();
        _meters.RecordObservableInstruments();
        return new MeterReading(_counts.Concat(_observed).ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>Passes a call on to a grain of a silo, and counts it.</summary>
    public async Task SeeAsync(IIncomingGrainCallContext call, Serializer serializer)
    {
        var isWatched = call.InterfaceName.EndsWith(nameof(IPoolGrain), StringComparison.Ordinal) && call.TargetId.Key.ToString() == _pool;
        var name = isWatched ? Watched(call.MethodName) : call.MethodName;
        var began = Stopwatch.GetTimestamp();
        await call.Invoke();
        if (!isWatched)
        {
            Add(name, 1);
            return;
        }

        Add($"{name} ns", (long)Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        if (Add(name, 1) % Sample != 1 && call.Result is not PoolStatus)
            return;
        var arguments = Enumerable.Range(0, call.Request.GetArgumentCount())
            .Sum(index => serializer.SerializeToArray(call.Request.GetArgument(index)).Length);
        began = Stopwatch.GetTimestamp();
        var bytes = arguments + serializer.SerializeToArray(call.Result).Length;
        Add($"{name} written ns", (long)Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        Add($"{name} bytes", bytes);
        Add($"{name} samples", 1);
    }

    private static string KindOf(Activity activity)
    {
        var text = activity.GetTagItem("db.query.text") as string ?? activity.GetTagItem("db.statement") as string ?? "";
        return text switch
        {
            _ when text.Contains("ProxyPort > 0", StringComparison.Ordinal) => "gateways",
            _ when text.Contains("SET IAmAliveTime", StringComparison.Ordinal) => "alive",
            _ when text.Contains("LEFT JOIN OrleansMembershipTable", StringComparison.Ordinal) => "members",
            _ when text.Contains("FROM OrleansRemindersTable", StringComparison.Ordinal) => "reminders",
            _ => "other",
        };
    }

    private long Add(string name, long value) => _counts.AddOrUpdate(name, value, (_, count) => count + value);

    private void Add(Instrument instrument, long value)
    {
        if (instrument.IsObservable)
        {
            _observed.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            return;
        }

        Add(instrument.Name, value);
        Add($"{instrument.Name} count", 1);
    }
}

/// <summary>Totals at one moment, or between two.</summary>
internal sealed record MeterReading(IReadOnlyDictionary<string, long> Totals)
{
    public double this[string name] => Totals.GetValueOrDefault(name);

    public static MeterReading operator -(MeterReading later, MeterReading earlier) =>
        new(later.Totals.ToDictionary(total => total.Key, total => total.Value - earlier.Totals.GetValueOrDefault(total.Key)));

    /// <summary>For each call to the watched grain, of what follows the method's name.</summary>
    public double Mean(string method, string what, string of = "")
    {
        var name = ClusterMeter.Watched(method);
        return this[$"{name} {what}"] / Math.Max(1, this[of.Length == 0 ? name : $"{name} {of}"]);
    }
}
