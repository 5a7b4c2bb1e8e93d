namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>Durations in buckets that are 2 % apart, so that any number of them takes the same room. Pure; one owner.</summary>
internal sealed class Latencies
{
    private const double Growth = 1.02, SmallestMilliseconds = 0.01;

    private readonly long[] _buckets = new long[1024]; // up to hours

    public long Count { get; private set; }

    public double MaxMilliseconds { get; private set; }

    public void Add(TimeSpan duration)
    {
        var milliseconds = Math.Max(duration.TotalMilliseconds, SmallestMilliseconds);
        _buckets[Math.Min((int)(Math.Log(milliseconds / SmallestMilliseconds) / Math.Log(Growth)), _buckets.Length - 1)]++;
        MaxMilliseconds = Math.Max(MaxMilliseconds, milliseconds);
        Count++;
    }

    /// <summary>Counts what another one has counted too.</summary>
    public void Take(Latencies other)
    {
        for (var index = 0; index < _buckets.Length; index++)
            _buckets[index] += other._buckets[index];
        MaxMilliseconds = Math.Max(MaxMilliseconds, other.MaxMilliseconds);
        Count += other.Count;
    }

    /// <summary>The duration in milliseconds that this share of all did not exceed; 0 when there are none.</summary>
    public double Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        for (var index = 0; index < _buckets.Length; index++)
        {
            rank -= _buckets[index];
            if (rank <= 0)
                return Count == 0 ? 0 : Math.Min(SmallestMilliseconds * Math.Pow(Growth, index + 1), MaxMilliseconds);
        }

        return MaxMilliseconds;
    }

    public void Clear()
    {
        Array.Clear(_buckets);
        (Count, MaxMilliseconds) = (0, 0);
    }
}
