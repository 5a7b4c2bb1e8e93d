namespace Snakepit.Core.Scaling;

/// <summary>
/// The demand of the last seconds: an average of an average, which follows a lasting change within 2 s. A single average rises as soon as a
/// burst begins; the second one rises only when the burst lasts.
/// </summary>
internal sealed class AverageDemand
{
    private static readonly TimeSpan Constant = TimeSpan.FromSeconds(0.5);

    /// <summary>The most that one look stands for. After a pause of the process it says nothing about the time before.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(0.25);

    private TimeSpan? _at;
    private double _first;

    public double Value { get; private set; }

    public void Add(int demand, TimeSpan now)
    {
        var step = _at is not { } at ? TimeSpan.Zero : now - at < LongestStep ? now - at : LongestStep;
        _at = now;
        var weight = 1 - Math.Exp(-(step / Constant));
        _first += weight * (demand - _first);
        Value += weight * (_first - Value);
    }
}
