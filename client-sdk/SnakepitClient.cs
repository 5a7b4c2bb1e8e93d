using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Snakepit.Client.Routing;
using Snakepit.Client.Streams;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Telemetry;

namespace Snakepit.Client;

/// <inheritdoc cref="ISnakepitClient"/>
internal sealed class SnakepitClient : ISnakepitClient
{
    internal static readonly ActivitySource Activities = new(SnakepitTelemetry.SourceName);

    private readonly IGrainFactory _grains;
    private readonly SnakepitClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Router _router;
    private readonly CallSender _sender;
    private readonly StreamCaller _streams;

    public SnakepitClient(IGrainFactory grains, IOptions<SnakepitClientOptions> options, GatewayWatch gateways, TimeProvider time)
    {
        _grains = grains;
        _options = options.Value;
        _time = time;
        _router = new Router(grains, _options, time);
        gateways.Lost += _router.Interrupt;
        _sender = new CallSender(grains, _router, time);
        _streams = new StreamCaller(grains, _options, time, _router);
    }

    public async Task<T> ExecuteAsync<T>(string tool, object? args, ToolCallOptions? options, CancellationToken cancellationToken) =>
        (await ExecuteAsync(tool, args, options, cancellationToken).ConfigureAwait(false)).As<T>();

    public Task<ToolResult> ExecuteAsync(string tool, object? args, ToolCallOptions? options, CancellationToken cancellationToken) =>
        CallAsync(tool, RequestMaker.Arguments(tool, args, _options.Json), options ?? Defaults, cancellationToken);

    public Task<ToolResult> ExecuteJsonAsync(string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options, CancellationToken cancellationToken) =>
        CallAsync(tool, arguments.ToArray(), options ?? Defaults, cancellationToken);

    public async IAsyncEnumerable<T> StreamAsync<T>(string tool, object? args, ToolCallOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in StreamAsync(tool, args, options, cancellationToken).ConfigureAwait(false))
            yield return item.As<T>();
    }

    public IAsyncEnumerable<ToolResult> StreamAsync(string tool, object? args, ToolCallOptions? options, CancellationToken cancellationToken) =>
        _streams.ReadAsync(tool, RequestMaker.Arguments(tool, args, _options.Json), options ?? Defaults, cancellationToken);

    public IAsyncEnumerable<ToolResult> StreamJsonAsync(string tool, ReadOnlyMemory<byte> arguments, ToolCallOptions? options, CancellationToken cancellationToken) =>
        _streams.ReadAsync(tool, arguments.ToArray(), options ?? Defaults, cancellationToken);

    public async Task<PoolStatus> GetPoolStatusAsync(string? pool, CancellationToken cancellationToken)
    {
        var name = pool ?? _options.DefaultPool;
        try
        {
            var status = await _grains.GetGrain<IPoolGrain>(name).GetStatusAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (status.Shards.Length > 0)
                return status;
        }
        catch (Exception error) when (error is not SnakepitException and not OperationCanceledException)
        {
            throw _router.Unreachable(name, error);
        }

        // An unknown pool is an error that names the known ones. A pool whose silos are still starting has no report yet.
        await _router.ViewAsync(name, renew: true, own: null, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return new PoolStatus { Pool = name, Shards = [] };
    }

    private static ToolCallOptions Defaults { get; } = new();

    private async Task<ToolResult> CallAsync(string tool, byte[] arguments, ToolCallOptions options, CancellationToken cancellationToken)
    {
        using var activity = Activities.StartActivity("snakepit.execute", ActivityKind.Client);
        var pool = options.Pool ?? _options.DefaultPool;
        activity?.SetTag("snakepit.pool", pool).SetTag("snakepit.tool", tool);
        var began = _time.GetTimestamp();
        var own = options.Timeout ?? _options.DefaultTimeout;
        var tries = new RetryState(tool, $"tool '{tool}'", own, options.SessionId, options.Idempotent, _options.MaxAttempts);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var view = await tries.AskAsync(_router.ViewAsync(pool, tries.NeedsNewView, own, _time.GetElapsedTime(began), cancellationToken)).ConfigureAwait(false);
            var remaining = tries.Begin(view.Terms.ToolBudgets.TryGetValue(tool, out var budget) ? budget : view.Terms.RequestTimeout, _time.GetElapsedTime(began));
            var (shard, mayWait) = _router.Pick(view, tries, options.SessionId);
            var request = RequestMaker.Describe(tool, arguments, options) with
            {
                Budget = remaining,
                OwnBudget = own is not null,
                Attempt = tries.Attempt,
                Incarnation = shard.Incarnation,
                MayWait = mayWait,
                MayMove = tries.MayMove,
                CallId = Guid.NewGuid(),
            };
            Router.CheckSize(request, view);
            var reply = await _sender.SendAsync(shard, view, request, cancellationToken).ConfigureAwait(false);
            var elapsed = _time.GetElapsedTime(began);
            if (reply.Failure is not { } failure)
                return new ToolResult(reply, tool, shard.Shard.Pool, shard.Shard.Silo, reply.Times.WithClient(elapsed), _options.Json);
            if (tries.Failed(failure, shard.Shard, view, elapsed) is not { } pause)
            {
                activity?.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.Code.ToWire());
                throw new SnakepitException(
                    failure with { Outcome = tries.Whole(failure.Outcome), Elapsed = failure.Elapsed.WithClient(elapsed) });
            }

            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
