using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Benching;

/// <summary>Counts calls. Pure; one owner.</summary>
/// <param name="stages">Names of the parts of which the silo tells the time.</param>
internal sealed class BenchTally(IReadOnlyList<string> stages)
{
    private readonly Latencies _whole = new(), _outside = new();
    private readonly Latencies[] _stages = [.. stages.Select(_ => new Latencies())];
    private readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);

    /// <summary>When the latest call ended, from the begin of the time that counts.</summary>
    private TimeSpan _end;

    /// <param name="end">When it ended.</param>
    /// <param name="whole">How long it took, as its caller saw it.</param>
    /// <param name="inside">How long it took, as the silo saw it.</param>
    /// <param name="times">The silo's time for each stage.</param>
    public void Succeed(TimeSpan end, TimeSpan whole, TimeSpan inside, IReadOnlyList<TimeSpan> times)
    {
        _whole.Add(whole);
        _outside.Add(whole - inside);
        for (var i = 0; i < _stages.Length; i++)
            _stages[i].Add(times[i]);
        _end = end;
    }

    /// <param name="end">When it ended.</param>
    /// <param name="code">Why.</param>
    public void Fail(TimeSpan end, string code)
    {
        _failures[code] = _failures.GetValueOrDefault(code) + 1;
        _end = end;
    }

    /// <summary>Counts what another one has counted too.</summary>
    public void Take(BenchTally other)
    {
        _whole.Take(other._whole);
        _outside.Take(other._outside);
        for (var i = 0; i < _stages.Length; i++)
            _stages[i].Take(other._stages[i]);
        foreach (var (code, count) in other._failures)
            _failures[code] = _failures.GetValueOrDefault(code) + count;
        _end = _end > other._end ? _end : other._end;
    }

    public BenchReport Report(BenchSpec spec)
    {
        var seconds = (_end > spec.Time ? _end : spec.Time).TotalSeconds;
        return new(
            spec.Tool, spec.Pool, spec.Callers, seconds, _whole.Count, _whole.Count / seconds, _failures,
            [Time("whole", _whole), .. stages.Zip(_stages, Time), Time("outside", _outside)]);
    }

    private static BenchTime Time(string part, Latencies times) =>
        new(part, times.Quantile(0.5), times.Quantile(0.95), times.Quantile(0.99), times.MaxMilliseconds);
}
