using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Client.Calls;
using Snakepit.Client.Connections;
using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Telemetry;

namespace Snakepit.Client.Tests.Routing;

/// <summary>What a call does before its first try: the pool's view comes when the test says so.</summary>
public sealed class RetryLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Incarnation Run = new("a", 1);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<PoolView> _view = new();
    private readonly List<ToolRequest> _sent = [];
    private readonly List<string> _shards = [];
    private readonly Queue<ToolReply> _refusals = [];
    private readonly ISnakepitClient _client;
    private ShardView? _newcomer;
    private int _asked;

    public RetryLoopTests()
    {
        var pool = Fake<IPoolGrain>.Of((_, _) =>
        {
            return ++_asked == 1 || _newcomer is not { } newcomer ? _view.Task : WithAsync(newcomer);
        });
        var shard = Fake<IPoolShardGrain>.Of((_, arguments) =>
        {
            _sent.Add((ToolRequest)arguments[0]!);
            _time.Advance(TimeSpan.FromMilliseconds(100)); // a view that is younger is not renewed
            return Task.FromResult(_refusals.TryDequeue(out var refusal) ? refusal : new ToolReply { Value = "7"u8.ToArray() });
        });
        var grains = Fake<IGrainFactory>.Of((method, arguments) =>
        {
            if (method.ReturnType == typeof(IPoolGrain))
                return pool;
            _shards.Add((string)arguments[0]!);
            return shard;
        });
        _client = new SnakepitClient(
            new AmbientCluster(grains, new GatewayWatch()), new SnakepitClientOptions { DefaultPool = "pool" }, _time);
    }

    [Fact]
    public async Task What_the_caller_changes_while_the_call_waits_does_not_reach_the_call()
    {
        byte[] image = [1, 2, 3];
        var metadata = new Dictionary<string, string> { ["tenant"] = "acme" };
        var call = _client.ExecuteAsync("tool", null, new ToolCallOptions { Metadata = metadata }.Attach("image", image));

        image[0] = 9;
        metadata["tenant"] = "other";
        _view.SetResult(View());
        await call.WithinAsync(Limit, "a call whose view has come");

        var request = Assert.Single(_sent);
        Assert.Equal([1, 2, 3], Assert.Single(request.Attachments!).Content);
        Assert.Equal("acme", request.Metadata!["tenant"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public Task A_budget_of_nothing_is_refused_before_anything_is_asked(int seconds) =>
        RefusedAsync(new ToolCallOptions { Timeout = TimeSpan.FromSeconds(seconds) }, "ToolCallOptions.Timeout", $"is {seconds} s");

    [Fact]
    public Task A_wrong_session_is_refused_before_anything_is_asked() =>
        RefusedAsync(new ToolCallOptions { SessionId = "" }, "session has 0 characters");

    [Fact]
    public async Task A_failure_that_the_client_itself_finds_ends_the_activity_and_has_its_time()
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SnakepitTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (ended) // other tests call too
                    ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var parent = new Activity("test").Start();
        var call = _client.ExecuteAsync("tool");
        _time.Advance(TimeSpan.FromSeconds(1));

        _view.SetResult(View() with { Shards = [] });
        var error = await Assert.ThrowsAsync<SnakepitException>(() => call.WithinAsync(Limit, "a call of a pool that is not there"));

        Assert.Equal((SnakepitErrorCode.PoolNotFound, TimeSpan.FromSeconds(1)), (error.Code, error.Failure.Elapsed.Client));
        var activity = Assert.Single(ended, activity => activity.TraceId == parent.TraceId);
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("pool_not_found", activity.GetTagItem("error.type"));
    }

    [Theory]
    [InlineData(SnakepitErrorCode.PoolDraining, true)]
    [InlineData(SnakepitErrorCode.PoolDraining, false)]
    [InlineData(SnakepitErrorCode.PoolTripped, true)]
    public async Task A_shard_that_leaves_is_followed_by_one_that_the_known_view_does_not_list_yet(SnakepitErrorCode code, bool isFollowed)
    {
        var refused = new Failure { Code = code, Message = "no", Outcome = Outcome.NotStarted };
        _refusals.Enqueue(new ToolReply { Failure = refused });
        _view.SetResult(View());
        _newcomer = isFollowed ? new ShardView(new ShardId("pool", "b"), new Incarnation("b", 1), PoolState.Ready, 0, 1) : null;

        var call = _client.ExecuteAsync("tool").WithinAsync(Limit, "a call whose first shard refuses");

        if (isFollowed)
        {
            await call;
            Assert.Equal(["pool@a", "pool@b"], _shards);
        }
        else
        {
            Assert.Equal(code, (await Assert.ThrowsAsync<SnakepitException>(() => call)).Code);
            Assert.Equal(["pool@a"], _shards);
        }
    }

    [Fact]
    public async Task A_full_queue_does_not_ask_for_newcomers()
    {
        _refusals.Enqueue(new ToolReply
        {
            Failure = new Failure { Code = SnakepitErrorCode.QueueFull, Message = "no", Outcome = Outcome.NotStarted },
        });
        _view.SetResult(View());
        _newcomer = new ShardView(new ShardId("pool", "b"), new Incarnation("b", 1), PoolState.Ready, 0, 1);

        await Assert.ThrowsAsync<SnakepitException>(() => _client.ExecuteAsync("tool").WithinAsync(Limit, "a call that is refused"));

        Assert.Equal((1, 1), (_asked, _shards.Count));
    }

    private async Task<PoolView> WithAsync(ShardView newcomer)
    {
        var view = await _view.Task;
        return view with { Shards = [.. view.Shards, newcomer] };
    }

    private static PoolView View() => new()
    {
        Pool = "pool",
        Shards = [new ShardView(new ShardId("pool", "a"), Run, PoolState.Ready, 0, 1)],
        Members = [Run],
    };

    private async Task RefusedAsync(ToolCallOptions options, params string[] said)
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() =>
            _client.ExecuteAsync("tool", null, options).WithinAsync(Limit, "a call that no silo would take"));

        Assert.Equal((SnakepitErrorCode.InvalidRequest, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.All(said, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        Assert.Equal(0, _asked);
    }
}
