using System.Collections.Concurrent;
using Snakepit.AspNetCore.Headers;
using Snakepit.Core.Http;
using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Telemetry;

namespace Snakepit.AspNetCore.Access;

/// <summary>
/// What the door knows about pools before it asks the cluster: which names are valid, which pools were not found a moment ago, and how
/// much time a caller may ask for. Thread-safe.
/// </summary>
internal sealed class PoolDoor(SnakepitOptions options, TimeProvider time)
{
    /// <summary>Largest body of a call.</summary>
    public long MaxRequestBytes => options.MaxRequestBytes;

    private const int LongestToolName = 256, ShownLength = 80;
    private const int QuestionsPerSecond = 10, MostNames = 1000;

    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    private readonly Lock _looking = new(); // requests come on many threads
    private readonly PoolLookups _lookups = new(Memory, QuestionsPerSecond, MostNames);
    private readonly HashSet<string> _own = [.. options.OwnPools.Select(pool => pool.Name)];
    private readonly TimeoutPlan _others = options.Plan(new PoolOptions());
    private readonly ConcurrentDictionary<string, TimeoutPlan> _plans =
        new(options.Pools.Select(pool => KeyValuePair.Create(pool.Name, options.Plan(pool))));

    /// <summary>Runs what needs a pool, if its name is worth a question.</summary>
    /// <exception cref="SnakepitException">It is not, or the pool is missing.</exception>
    public async ValueTask<T> AskAsync<T>(string pool, Func<ValueTask<T>> ask)
    {
        if (_own.Contains(pool))
            return await ask();
        Check(pool);
        try
        {
            var answer = await ask();
            lock (_looking)
                _lookups.Found(pool);
            return answer;
        }
        catch (SnakepitException error)
        {
            lock (_looking)
            {
                if (error.Code == SnakepitErrorCode.PoolNotFound)
                    _lookups.Missing(pool, error.Failure, Now);
                else if (error.Stage != CallStage.Client)
                    _lookups.Found(pool); // it has answered, whatever it said
            }

            throw;
        }
    }

    /// <exception cref="SnakepitException">No tool has such a name.</exception>
    public static void CheckTool(string tool)
    {
        if (tool.Length is 0 or > LongestToolName)
        {
            throw new SnakepitException(
                SnakepitErrorCode.ToolNotFound, $"There is no tool '{Shown(tool)}': a tool's name has 1 to {LongestToolName} characters.");
        }
    }

    /// <summary>
    /// A caller's own budget. Above the ceiling it is refused, since a caller that asked for 2 h must not be stopped after 1 h unasked.
    /// </summary>
    /// <exception cref="SnakepitException">It is above the ceiling.</exception>
    public TimeSpan Budget(string pool, CallType type, string tool, TimeSpan own)
    {
        var plan = _plans.GetValueOrDefault(pool, _others);
        var allowed = plan.Allowed(own, type, tool);
        return allowed == own || own == Timeout.InfiniteTimeSpan
            ? allowed
            : throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"The header {SnakepitHeaders.Timeout} asks for {Duration.Format(own)}; pool '{pool}' allows {Duration.Format(allowed)} "
                + $"(MaxRequestTimeout, from {plan.MaxRequestTimeout.Source}). Ask for less, or raise it.");
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    private void Check(string pool)
    {
        if (!PoolName.IsValid(pool))
            throw NotFound($"There is no pool '{Shown(pool)}', and no pool can have that name: {PoolName.Rule}.");
        Lookup look;
        Failure? missing;
        lock (_looking)
            look = _lookups.Look(pool, Now, out missing);
        if (missing is not null)
            throw new SnakepitException(missing);
        if (look == Lookup.TooMany)
        {
            throw NotFound(
                $"Pool '{pool}' was not looked for: callers ask for too many pools that this silo has not got "
                + $"({QuestionsPerSecond} new names a second are looked for). Try again in a second.");
        }
    }

    private static string Shown(string name) => name.Length > ShownLength ? $"{name[..ShownLength]}…" : name;

    private static SnakepitException NotFound(string message) => new(SnakepitErrorCode.PoolNotFound, message);
}
