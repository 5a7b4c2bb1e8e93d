using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

/// <summary>New code for workers of a silo that goes on serving: files change, then <c>snakepit recycle --all</c>.</summary>
public sealed class RolloutTests(RolloutSilo rollout) : IClassFixture<RolloutSilo>
{
    private const int Callers = 4;

    private readonly SiloUnderTest _silo = rollout.Silo;

    [Fact]
    public async Task New_code_of_an_adapter_takes_over_without_losing_a_call() =>
        await RollsOutAsync(RolloutSilo.Code, "a newer one", version => rollout.WriteCodeAsync(RolloutSilo.Answers(version)));

    [Fact]
    public async Task A_new_virtual_environment_takes_over_without_losing_a_call() =>
        await RollsOutAsync(
            RolloutSilo.Library, "new", async version => await rollout.PointToAsync(await rollout.EnvironmentAsync(version)));

    [Fact]
    public async Task Code_that_does_not_start_takes_no_worker_out_of_service_and_its_correction_takes_over()
    {
        await UntilAllStayAsync(RolloutSilo.Code);
        await using var load = new Load(_silo, RolloutSilo.Code);
        var before = await load.UntilAnsweredAsync(10);

        await rollout.WriteCodeAsync("import surely_not_installed\n");
        await RecycleAllAsync();
        await _silo.SeeAsync(
            () => PoolAsync(RolloutSilo.Code), pool => pool.ToJsonString().Contains("surely_not_installed", StringComparison.Ordinal),
            "the reason is in the status");
        Assert.Equal(before, await load.UntilAnsweredAsync(10));
        Assert.Equal("Ready", (await PoolAsync(RolloutSilo.Code))["state"]!.GetValue<string>());

        await rollout.WriteCodeAsync(RolloutSilo.Answers("corrected"));
        await load.UntilAsync("corrected");
        Assert.Empty(await load.EndAsync());
    }

    private async Task RollsOutAsync(string pool, string version, Func<string, Task> change)
    {
        await UntilAllStayAsync(pool);
        await using var load = new Load(_silo, pool);
        await load.UntilAnsweredAsync(10);
        var workers = await GenerationsAsync(pool);

        await change(version);
        Assert.NotEqual(version, await load.UntilAnsweredAsync(10)); // files alone change nothing
        await RecycleAllAsync();
        await _silo.SeeAsync(
            () => GenerationsAsync(pool),
            now => now.Length == RolloutSilo.Size && !now.Intersect(workers).Any(),
            "every worker is another one",
            TimeSpan.FromMinutes(2));

        await load.UntilAnsweredAsync(Callers * 2); // the last answers of workers that have left
        load.Forget();
        await load.UntilAnsweredAsync(20);
        Assert.Equal([version], load.Answers);
        Assert.Empty(await load.EndAsync());
        Assert.Equal(("0", "0"), ($"{(await PoolAsync(pool))["errors"]}", $"{(await PoolAsync(pool))["workerDeaths"]}"));
    }

    private async Task RecycleAllAsync()
    {
        var (code, output, errors) = await SnakepitCommand.RunAsync("recycle", "--all", "--url", $"{_silo.Url}");

        Assert.True(code == 0, errors);
        Assert.Matches(@"^code: [0-9]+ workers? will be replaced\.\nlibrary: [0-9]+ workers? will be replaced\.\n$", output);
    }

    private Task<JsonNode> PoolAsync(string pool) => _silo.PoolAsync(pool);

    /// <summary>Waits until what another test has ordered is done: a successor that starts later would read new files.</summary>
    private Task UntilAllStayAsync(string pool) => _silo.SeeAsync(
        async () => SiloUnderTest.Workers(await _silo.StatusAsync(), pool).ToList(),
        workers => workers.Count == RolloutSilo.Size
            && workers.TrueForAll(worker => worker["state"]!.GetValue<string>() == "Ready" && worker["recycleDue"] is null),
        "no worker is being replaced",
        TimeSpan.FromMinutes(2));

    /// <summary>Of the workers that run, with those that leave.</summary>
    private async Task<string[]> GenerationsAsync(string pool) =>
        [.. SiloUnderTest.Workers(await _silo.StatusAsync(), pool).Select(worker => worker["id"]!.GetValue<string>())];

    /// <summary>Callers of one pool that call without a pause, and what they are told.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, bool> _answers = new();
        private readonly ConcurrentQueue<string> _failures = new();
        private readonly Task _callers;
        private volatile bool _ended;
        private volatile string _latest = "";
        private int _count;

        public Load(SiloUnderTest silo, string pool) => _callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (!_ended)
            {
                var answer = await silo.CallAsync("version", pool: pool);
                if (answer.Status != HttpStatusCode.OK)
                    _failures.Enqueue(answer.Body);
                else
                    _answers[_latest = answer.Json.GetValue<string>()] = true;
                Interlocked.Increment(ref _count);
            }
        }));

        public ICollection<string> Answers => _answers.Keys;

        /// <summary>Returns the latest answer after so many more.</summary>
        public async Task<string> UntilAnsweredAsync(int more)
        {
            var enough = Volatile.Read(ref _count) + more;
            await Eventually.HoldsAsync(() => Volatile.Read(ref _count) >= enough);
            return _latest;
        }

        public Task UntilAsync(string answer) => Eventually.HoldsAsync(() => _answers.ContainsKey(answer), TimeSpan.FromMinutes(2));

        public void Forget() => _answers.Clear();

        /// <summary>What failed calls were told.</summary>
        public async Task<IReadOnlyCollection<string>> EndAsync()
        {
            _ended = true;
            await _callers.WithinAsync(Eventually.Limit);
            return _failures;
        }

        public async ValueTask DisposeAsync() => await EndAsync();
    }
}
