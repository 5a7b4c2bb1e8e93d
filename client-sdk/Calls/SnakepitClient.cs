using System.Runtime.CompilerServices;
using Snakepit.Client.Routing;
using Snakepit.Client.Streams;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Tools;

namespace Snakepit.Client.Calls;

/// <inheritdoc cref="ISnakepitClient"/>
internal sealed class SnakepitClient : ISnakepitClient
{
    private readonly SnakepitClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ICluster _cluster;
    private readonly Router _router;
    private readonly RetryLoop _loop;
    private readonly CallSender _sender;
    private readonly StreamCaller _streams;

    public SnakepitClient(ICluster cluster, SnakepitClientOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _cluster = cluster;
        _router = new Router(cluster, options, time);
        cluster.GatewayLost += _router.Interrupt;
        _loop = new RetryLoop(_router, time);
        _sender = new CallSender(cluster.Grains, _router, time);
        _streams = new StreamCaller(_loop, new StreamOpener(cluster.Grains, _router, time), options, time);
    }

    private static ToolCallOptions Defaults { get; } = new();

    public async Task<T> ExecuteAsync<T>(
        string tool, object? args, ToolCallOptions? options, CancellationToken cancellationToken) =>
        (await ExecuteAsync(tool, args, options, cancellationToken).ConfigureAwait(false)).As<T>();

    public Task<ToolResult> ExecuteAsync(string tool, object? args, ToolCallOptions? options, CancellationToken cancellationToken) =>
        CallAsync(Describe(tool, args, options, isStream: false), cancellationToken);

    public Task<ToolResult> ExecuteJsonAsync(
        string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options, CancellationToken cancellationToken) =>
        CallAsync(new ToolCall(tool, arguments.ToArray(), options ?? Defaults, IsStream: false), cancellationToken);

    public async IAsyncEnumerable<T> StreamAsync<T>(
        string tool, object? args, ToolCallOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in StreamAsync(tool, args, options, cancellationToken).ConfigureAwait(false))
            yield return item.As<T>();
    }

    public IAsyncEnumerable<ToolResult> StreamAsync(
        string tool, object? args, ToolCallOptions? options, CancellationToken cancellationToken) =>
        _streams.ReadAsync(Describe(tool, args, options, isStream: true), cancellationToken);

    public IAsyncEnumerable<ToolResult> StreamJsonAsync(
        string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options, CancellationToken cancellationToken) =>
        _streams.ReadAsync(new ToolCall(tool, arguments.ToArray(), options ?? Defaults, IsStream: true), cancellationToken);

    public Task<PoolStatus> GetPoolStatusAsync(string? pool, CancellationToken cancellationToken) => AskPoolAsync(
        pool,
        grain => grain.GetStatusAsync(),
        status => status.Shards.Length > 0,
        name => new PoolStatus { Pool = name, Shards = [] },
        cancellationToken);

    public Task<PoolTools> ListToolsAsync(string? pool, CancellationToken cancellationToken) => AskPoolAsync(
        pool,
        grain => grain.GetToolsAsync(),
        tools => tools.Silos.Length > 0 || tools.SilentSilos.Length > 0,
        name => new PoolTools { Pool = name },
        cancellationToken);

    /// <summary>An unknown pool is an error that names the known ones. A pool whose silos are still starting says nothing yet.</summary>
    private async Task<T> AskPoolAsync<T>(
        string? pool, Func<IPoolGrain, Task<T>> ask, Func<T, bool> isSaid, Func<string, T> nothing, CancellationToken cancellationToken)
    {
        var name = pool ?? _options.DefaultPool;
        // First, because an Orleans client that is not connected knows no grain.
        await _router.ReadyAsync(_options.DefaultTimeout, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        try
        {
            var grain = _cluster.Grains.GetGrain<IPoolGrain>(name);
            var answer = await PoolQuestion.AskAsync(() => ask(grain), Timeout.InfiniteTimeSpan, _time, cancellationToken)
                .ConfigureAwait(false);
            _cluster.NoteAnswer();
            if (isSaid(answer))
                return answer;
        }
        catch (Exception error) when (error is not SnakepitException and not OperationCanceledException)
        {
            throw _router.Unreachable(name, error);
        }

        await _router.ViewAsync(name, renew: true, own: null, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return nothing(name);
    }

    private ToolCall Describe(string tool, object? args, ToolCallOptions? options, bool isStream) =>
        new(tool, RequestMaker.Arguments(tool, args, _options.Json), options ?? Defaults, isStream);

    private async Task<ToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        using var run = new CallRun(call, _options, _time);
        var (attempt, reply) = await _loop.RunAsync(run, _sender, cancellationToken).ConfigureAwait(false);
        var shard = attempt.Target.Shard;
        return new ToolResult(reply, call.Tool, shard.Pool, shard.Silo, reply.Times.WithClient(run.Elapsed), _options.Json);
    }
}
