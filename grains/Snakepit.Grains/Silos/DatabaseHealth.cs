using Microsoft.Extensions.Logging;

namespace Snakepit.Grains.Silos;

/// <summary>
/// Whether the database that the silos share has answered this silo's latest question. A silo without a database has no outage.
/// Thread-safe.
/// </summary>
public sealed class DatabaseHealth
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private string? _problem;
    private long _since;

    internal DatabaseHealth(TimeProvider time, ILogger logger) => (_time, _logger) = (time, logger);

    /// <summary>What is wrong, in a sentence, and since when; null while the database answers.</summary>
    public (string Problem, TimeSpan For)? Outage
    {
        get
        {
            lock (_gate)
                return _problem is null ? null : (_problem, _time.GetElapsedTime(_since));
        }
    }

    /// <summary>It has answered. The end of an outage is logged once.</summary>
    public void Answers()
    {
        lock (_gate)
        {
            if (_problem is null)
                return;
            PoolLog.DatabaseBack(_logger, _time.GetElapsedTime(_since).TotalSeconds);
            _problem = null;
        }
    }

    /// <summary>It has failed. The beginning of an outage is logged once; a later problem replaces the one that is told.</summary>
    /// <param name="problem">What is wrong and what helps, as sentences.</param>
    public void Fails(string problem)
    {
        lock (_gate)
        {
            if (_problem is null)
            {
                _since = _time.GetTimestamp();
                PoolLog.DatabaseAway(_logger, problem);
            }

            _problem = problem;
        }
    }
}
