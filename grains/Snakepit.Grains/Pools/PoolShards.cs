using Microsoft.Extensions.Logging;
using Snakepit.Core.Failures;
using Snakepit.Core.Tools;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Shards;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Grains.Pools;

/// <summary>
/// Asks every shard of a pool itself, over the cluster's membership, so that the answer does not depend on the silo that has the
/// pool's grain. A silo that does not answer within two seconds is left out and named. Thread-safe.
/// </summary>
public sealed class PoolShards
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    /// <summary>Stacks take longer: a shard waits 3 s for workers that do not answer.</summary>
    private static readonly TimeSpan StacksLimit = TimeSpan.FromSeconds(5);

    private readonly ClusterPools _pools;
    private readonly ShardHost _host;
    private readonly ClusterSilos _silos;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger<PoolShards> _logger;
    private volatile bool _hasServed;

    internal PoolShards(
        ClusterPools pools, ShardHost host, ClusterSilos silos, IGrainFactory grains, TimeProvider time, ILogger<PoolShards> logger)
    {
        _pools = pools;
        _host = host;
        _silos = silos;
        _grains = grains;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether this silo's shard could begin a call now; null when this silo has no such pool.</summary>
    public bool? LocalHasRoom(string pool) => _host.Find(pool)?.HasRoom;

    /// <summary>Runs a tool in this silo's own shard, without a message; null when this silo has no such pool.</summary>
    public Task<ToolReply>? ExecuteLocally(string pool, ToolRequest request, CancellationToken cancellationToken) =>
        _host.Find(pool)?.ExecuteAsync(request, isLocal: true, cancellationToken);

    /// <summary>
    /// States of this silo's own shards, by pool. Until the silo has served for the first time, a shard that serves is still starting
    /// unless its pool knows of it. Asks no other silo.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, PoolState>> LocalStatesAsync()
    {
        var states = new Dictionary<string, PoolState>(StringComparer.Ordinal);
        var (serves, isUnknown) = (false, false);
        foreach (var shard in _host.Shards)
        {
            var (state, _) = await shard.StateAsync();
            var isServing = state is PoolState.Ready or PoolState.Degraded;
            serves |= isServing;
            isUnknown |= isServing && !shard.IsKnown;
            states[shard.Id.Pool] = isServing && !shard.IsKnown && !_hasServed ? PoolState.Starting : state;
        }

        _hasServed |= serves && !isUnknown;
        return states;
    }

    /// <summary>The report of every shard.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="output">With the last lines of output of workers that failed.</param>
    public async Task<PoolStatus> StatusAsync(string pool, bool output = false)
    {
        var answers = await AskAsync(pool, shard => shard.GetReportAsync(output));
        return new PoolStatus
        {
            Pool = pool,
            Shards = [
                .. answers.Select(answer => answer.Value).OfType<ShardReport>().OrderBy(report => report.Shard.Silo, StringComparer.Ordinal)
            ],
            SilentSilos = [.. answers.Where(answer => answer.IsSilent).Select(answer => answer.Silo).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The report of every shard of a pool that there must be.</summary>
    /// <exception cref="SnakepitException">No silo has it.</exception>
    public async Task<PoolStatus> FoundAsync(string pool) =>
        await StatusAsync(pool) is { Shards.Length: > 0 } status ? status : throw await NotFoundAsync(pool);

    /// <summary>The tools of a pool, as its shards describe them. Without silos when no silo has the pool.</summary>
    /// <param name="pool">Name of the pool.</param>
    public async Task<PoolTools> ToolsAsync(string pool)
    {
        var answers = await AskAsync(pool, shard => shard.GetToolsAsync());
        return ToolMerge.Merge(
            pool,
            answers.Select(answer => answer.Value).OfType<ShardTools>(),
            answers.Where(answer => answer.IsSilent).Select(answer => answer.Silo));
    }

    /// <inheritdoc cref="ClusterPools.NotFoundAsync"/>
    public Task<SnakepitException> NotFoundAsync(string pool, string? silo = null) => _pools.NotFoundAsync(pool, silo);

    /// <summary>Replaces every worker of the pool by a fresh one, on every silo.</summary>
    /// <returns>How many were marked, null when no silo has the pool; and the silos that did not answer.</returns>
    public async Task<(int? Marked, string[] SilentSilos)> RecycleAsync(string pool)
    {
        var answers = await AskAsync(pool, shard => shard.RecycleAsync(null, RecycleReason.Manual));
        var marked = answers.Select(answer => answer.Value).OfType<int>().ToList();
        return (
            marked.Count == 0 ? null : marked.Sum(),
            [.. answers.Where(answer => answer.IsSilent).Select(answer => answer.Silo).Order(StringComparer.Ordinal)]);
    }

    /// <summary>What the threads of the pool's workers do at this moment.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="silo">Only on this silo; null for all.</param>
    /// <param name="slot">Only in this slot; null for all.</param>
    /// <returns>The workers, and the silos that did not answer within 5 s. Null when none of the silos has the pool.</returns>
    public async Task<(WorkerStacks[] Workers, string[] SilentSilos)?> StacksAsync(string pool, string? silo, int? slot)
    {
        var answer = await ListAsync(pool, silo, shard => shard.GetStacksAsync(slot), StacksLimit);
        return answer is { } found ? ([.. found.Values.SelectMany(stacks => stacks)], found.SilentSilos) : null;
    }

    /// <summary>The sessions that the pool's shards know, of each the latest used ones.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="silo">Only on this silo; null for all.</param>
    /// <param name="most">How many of each shard.</param>
    /// <returns>A list for each shard, and the silos that did not answer. Null when none of the silos has the pool.</returns>
    public Task<(SessionList[] Lists, string[] SilentSilos)?> SessionsAsync(string pool, string? silo, int most) =>
        ListAsync(pool, silo, shard => shard.GetSessionsAsync(most), AnswerLimit);

    /// <inheritdoc cref="IPoolGrain.ScaleAsync"/>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="size">Workers on each silo; null for the number of its configuration.</param>
    /// <param name="silo">Only on this silo; null for all.</param>
    public async Task<Dictionary<string, int>> ScaleAsync(string pool, int? size, string? silo)
    {
        PoolSizeRule.Check(size);
        if (silo is not null && _silos.Find(silo) is null)
            return [];
        var answers = silo is null
            ? await AskAsync(pool, shard => shard.ScaleAsync(size))
            : [await AskAsync(pool, silo, shard => shard.ScaleAsync(size))];
        var sizes = answers.Where(answer => answer.Value is not null)
            .ToDictionary(answer => answer.Silo, answer => answer.Value!.Value, StringComparer.Ordinal);
        return Array.TrueForAll(answers, answer => !answer.IsSilent) ? sizes : throw PartlyScaled(pool, sizes.Keys, answers);
    }

    private static SnakepitException PartlyScaled(string pool, ICollection<string> done, Answer<int?>[] answers)
    {
        if (answers is [{ Error: SnakepitException refusal }])
            return refusal; // it names pool and silo itself
        var failed = answers.Where(answer => answer.IsSilent).ToList();
        return new SnakepitException(
            (failed[0].Error as SnakepitException)?.Code ?? SnakepitErrorCode.SiloUnreachable,
            $"Pool '{pool}' was scaled on {(done.Count == 0 ? "no silo" : string.Join(", ", done))}, and not on "
            + $"{string.Join("; ", failed.Select(answer => $"{answer.Silo} ({answer.Error!.Message.TrimEnd('.')})"))}.",
            Outcome.MaybeRan);
    }

    /// <summary>Tells every shard of the pool that a client has lost its connection to a silo.</summary>
    public Task ProbeReadersAsync(string pool) =>
        Task.WhenAll(_silos.Serving.Select(member => Shard(pool, member.Name).ProbeReadersAsync()));

    /// <summary>
    /// Asks every shard of a pool to introduce itself; each answer is handed over as it comes, on the caller's scheduler.
    /// </summary>
    internal Task IntroduceAsync(string pool, Action<ShardIntroduction> learn) => Task.WhenAll(_silos.Serving.Select(async member =>
    {
        if ((await AskAsync(pool, member.Name, shard => shard.IntroduceAsync())).Value is { } introduction)
            learn(introduction);
    }).ToList());

    private Task<Answer<T>[]> AskAsync<T>(string pool, Func<IPoolShardGrain, Task<T?>> question) =>
        Task.WhenAll(_silos.Serving.Select(member => AskAsync(pool, member.Name, question)).ToList());

    /// <summary>What each shard answers, on one silo or on all; null when none of them has the pool.</summary>
    private async Task<(T[] Values, string[] SilentSilos)?> ListAsync<T>(
        string pool, string? silo, Func<IPoolShardGrain, Task<T?>> question, TimeSpan limit)
        where T : class
    {
        var asked = _silos.Serving.Select(member => member.Name).Where(name => silo is null || name == silo);
        var answers = await Task.WhenAll(asked.Select(name => AskAsync(pool, name, question, limit)).ToList());
        return Array.TrueForAll(answers, answer => answer is { Value: null, IsSilent: false })
            ? null
            : (
                [.. answers.Select(answer => answer.Value).OfType<T>()],
                [.. answers.Where(answer => answer.IsSilent).Select(answer => answer.Silo)]);
    }

    private async Task<Answer<T>> AskAsync<T>(
        string pool, string silo, Func<IPoolShardGrain, Task<T?>> question, TimeSpan? longer = null)
    {
        var limit = longer ?? AnswerLimit;
        try
        {
            return new Answer<T>(silo, await question(Shard(pool, silo)).WaitAsync(limit, _time), Error: null);
        }
        catch (Exception error) // one silent silo must not keep the others' shards from being seen
        {
            PoolLog.SiloSilent(_logger, error.Message, silo, pool, limit.TotalSeconds);
            return new Answer<T>(silo, default, error);
        }
    }

    private IPoolShardGrain Shard(string pool, string silo) => _grains.GetGrain<IPoolShardGrain>(new ShardId(pool, silo).ToString());

    /// <summary>What a silo answered, or why it did not.</summary>
    private readonly record struct Answer<T>(string Silo, T? Value, Exception? Error)
    {
        public bool IsSilent => Error is not null;
    }
}
