namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>Calls of the last interval and of the run until now. One owner.</summary>
internal sealed class IntervalCount
{
    private const int Seconds = 10;

    private readonly Latencies _times = new();
    private readonly SortedDictionary<string, int> _failures = [];
    private long _calls, _interval;
    private int _passed;

    public void Add(CallEnded call)
    {
        _calls++;
        _interval++;
        if (call.Answer.End == CallEnd.Succeeded)
            _times.Add(call.Took);
        else
            _failures[Name(call)] = _failures.GetValueOrDefault(Name(call)) + 1;
    }

    /// <summary>A second has passed: the live line is written anew, and after ten seconds a line stays.</summary>
    public void Show(ChaosScreen screen, TimeSpan at, int seconds)
    {
        _passed++;
        var failures = _failures.Count == 0 ? "none" : string.Join(", ", _failures.Select(failure => $"{failure.Key} {failure.Value}"));
        var text = $"{_calls} calls, {_interval / (double)_passed:0}/s, "
            + $"p50 {_times.Quantile(0.5):0.0} ms, p99 {_times.Quantile(0.99):0} ms; failed: {failures}";
        screen.Live($"{at.TotalSeconds:0} of {seconds} s: {text}");
        if (_passed < Seconds)
            return;
        screen.Line(at, $"-- {text}");
        (_passed, _interval) = (0, 0);
        _times.Clear();
        _failures.Clear();
    }

    private static string Name(CallEnded call) => $"{call.Answer.Code}/{call.Answer.End}";
}
