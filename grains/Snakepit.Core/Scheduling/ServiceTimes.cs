using System.Runtime.InteropServices;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// How long calls of each kind take on a worker, as a smoothed mean and deviation (the estimator of RFC 6298). Under overload
/// the head of a first-come queue has waited almost as long as it may; without an estimate every worker would begin calls
/// that cannot end in time, and nothing would get done.
/// </summary>
internal sealed class ServiceTimes
{
    /// <summary>Fewer samples say nothing.</summary>
    private const int Enough = 5;

    /// <summary>Kinds are tool names; a pool has few, and a caller's invention never gets here, since it does not succeed.</summary>
    private const int MostKinds = 4096;

    private readonly Dictionary<string, Estimate> _kinds = new(StringComparer.Ordinal);

    public void Record(string kind, TimeSpan took)
    {
        if (kind.Length == 0 || (_kinds.Count >= MostKinds && !_kinds.ContainsKey(kind)))
            return;
        ref var estimate = ref CollectionsMarshal.GetValueRefOrAddDefault(_kinds, kind, out var known);
        if (!known)
        {
            estimate = new Estimate { Mean = took.Ticks, Deviation = took.Ticks / 2.0, Samples = 1 };
            return;
        }

        var error = took.Ticks - estimate.Mean;
        estimate.Mean += error / 8;
        estimate.Deviation += (Math.Abs(error) - estimate.Deviation) / 4;
        estimate.Samples++;
    }

    /// <summary>Time that a call of this kind takes in most cases; zero while too little is known.</summary>
    public TimeSpan Expected(string kind) =>
        _kinds.TryGetValue(kind, out var estimate) && estimate.Samples >= Enough
            ? TimeSpan.FromTicks((long)(estimate.Mean + (2 * estimate.Deviation)))
            : TimeSpan.Zero;

    private struct Estimate
    {
        public double Mean;
        public double Deviation;
        public int Samples;
    }
}
