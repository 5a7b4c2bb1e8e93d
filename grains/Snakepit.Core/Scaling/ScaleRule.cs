namespace Snakepit.Core.Scaling;

/// <summary>
/// How many workers a shard needs for its load. Upwards it follows the average of the last seconds, downwards the highest average of the
/// last <see cref="ScaleSpec.ScaleDownAfter"/>: between the two, load may vary without any worker starting or leaving. Pure; told the
/// facts several times a second, also while another size is wanted.
/// </summary>
internal sealed class ScaleRule(ScaleSpec spec)
{
    /// <summary>Between two steps upwards, so that a rising load becomes a few steps and not one for each worker.</summary>
    private static readonly TimeSpan GrowthPause = TimeSpan.FromSeconds(0.5);

    /// <summary>A need for less than this part of a worker starts none.</summary>
    private const double Tolerance = 0.1;

    private readonly AverageDemand _average = new();
    private readonly DemandHistory _history = new(spec.ScaleDownAfter);
    private double _workerCapacity = 1;
    private long _requests;
    private TimeSpan _growAt;

    /// <summary>The size that the shard is to have from now on.</summary>
    public int Next(ScaleFacts facts, TimeSpan now)
    {
        _workerCapacity = facts.WorkerCapacity;
        _average.Add(facts.Demand, now);
        _history.Add(_average.Value, facts.Demand > 0 || facts.Requests != _requests, now);
        _requests = facts.Requests;
        if (!facts.MayChange)
            return facts.Size;
        if (facts is { Size: 0, Demand: > 0 })
            return spec.Bounded(1); // one at first: whether workers start at all is not known before one has
        if (Growth(facts, now) is { } larger)
            return larger;
        return Settled(facts.Size);
    }

    /// <summary>The size without more than the load of the last while needed. A shard that a person has scaled comes back to it.</summary>
    public int Settled(int size) => spec.Bounded(Math.Min(size, Math.Max(Need(_history.Peak), _history.IsUsed ? 1 : 0)));

    private int? Growth(ScaleFacts facts, TimeSpan now)
    {
        if (!facts.MayGrow || now < _growAt)
            return null;
        // Not for load that is already over, however high it was.
        var needed = spec.Bounded(Need(Math.Min(_average.Value, facts.Demand)));
        if (needed <= facts.Size)
            return null;
        _growAt = now + GrowthPause;
        return needed;
    }

    private int Need(double demand) =>
        (int)Math.Min(Math.Ceiling((demand / (spec.TargetLoad * _workerCapacity)) - Tolerance), spec.MaxSize) + spec.BufferWorkers;
}
