using System.Collections.Concurrent;
using System.Reflection;
using Snakepit.Client.Calls;
using Snakepit.Client.Connections;
using Snakepit.Client.Routing;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.TestKit;

namespace Snakepit.Client.Tests;

/// <summary>Silos a and b as a client sees them: what their shards answer is the test's word. Its client prefers a.</summary>
internal sealed class FakeCluster
{
    public FakeCluster()
    {
        var view = new PoolView
        {
            Pool = "pool",
            Shards = [new ShardView(A.Id, A.Run, PoolState.Ready, 0, 1), new ShardView(B.Id, B.Run, PoolState.Ready, 0, 1)],
            Members = [A.Run, B.Run],
        };
        var pool = Fake<IPoolGrain>.Of((_, _) => Task.FromResult(view));
        var grains = Fake<IGrainFactory>.Of((method, arguments) =>
            method.ReturnType == typeof(IPoolGrain) ? pool : arguments[0] is "pool@a" ? A.Grain : B.Grain);
        Client = new SnakepitClient(
            new AmbientCluster(grains, new GatewayWatch()),
            new SnakepitClientOptions { DefaultPool = "pool", LocalShards = new Preferred("a") },
            Clock);
    }

    public HandClock Clock { get; } = new();

    public FakeShard A { get; } = new("a");

    public FakeShard B { get; } = new("b");

    public ISnakepitClient Client { get; }
}

/// <summary>Answers the questions of streams in the order the test has given; anything else is heard and not answered.</summary>
internal sealed class FakeShard
{
    private readonly Queue<Func<StreamBatch>> _answers = new();

    public FakeShard(string silo)
    {
        Id = new ShardId("pool", silo);
        Grain = Fake<IPoolShardGrain>.Of((method, _) => Hear(method.Name));
    }

    public ShardId Id { get; }

    public Incarnation Run => new(Id.Silo, 1);

    public IPoolShardGrain Grain { get; }

    /// <summary>What it was asked, by the methods' names, CloseStream left out.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public FakeShard Answers(StreamBatch batch) => Then(() => batch);

    public FakeShard Throws(Exception error) => Then(() => throw error);

    private FakeShard Then(Func<StreamBatch> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    private Task Hear(string method)
    {
        if (method == nameof(IPoolShardGrain.CloseStreamAsync))
            return Task.CompletedTask;
        if (method == nameof(IPoolShardGrain.NextProgressAsync))
            return new TaskCompletionSource<ProgressStep?>().Task;
        Heard.Enqueue(method);
        if (method is not (nameof(IPoolShardGrain.OpenStreamAsync) or nameof(IPoolShardGrain.ReadStreamAsync)))
            return Task.CompletedTask;
        try
        {
            return _answers.TryDequeue(out var answer)
                ? Task.FromResult(answer())
                : throw new InvalidOperationException($"Silo '{Id.Silo}' was asked once more than it has answers.");
        }
        catch (Exception error)
        {
            return Task.FromException<StreamBatch>(error);
        }
    }
}

/// <summary>An interface as one function.</summary>
public class Fake<T> : DispatchProxy
    where T : class
{
    private Func<MethodInfo, object?[], object?> _answer = null!;

    public static T Of(Func<MethodInfo, object?[], object?> answer)
    {
        var proxy = Create<T, Fake<T>>();
        ((Fake<T>)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
