using System.Collections.Concurrent;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Streams;
using Snakepit.Core.Telemetry;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Protos.V1;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Link;

/// <summary>Both streams to one worker and the calls on them.</summary>
internal sealed class WorkerConnection : IDisposable
{
    private readonly ConcurrentDictionary<ulong, PendingCall> _pending = new();
    private readonly Questions<Pong> _pings;
    private readonly Questions<StacksTaken> _stacks;
    private readonly TaskCompletionSource<string> _recycleAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger;
    private readonly WorkerId _worker;
    private readonly Action<PythonEmitted>? _emitted;
    private readonly WorkerAddress _address;
    private readonly ProfileQuestions _profiles;
    private readonly GrpcChannel _channel;
    private LinkStream _work = null!;
    private LinkStream _control = null!;
    private volatile string? _lost;
    private volatile bool _leaving;
    private long _lateReplies;
    private long _progressedAt;

    private WorkerConnection(ILogger logger, WorkerSpec spec, WorkerAddress address)
    {
        _logger = logger;
        _worker = spec.Worker;
        _emitted = spec.Emitted;
        _address = address;
        _channel = WorkerChannel.Dial(address);
        _pings = new Questions<Pong>(item => _control.TrySend(item));
        _stacks = new Questions<StacksTaken>(item => _control.TrySend(item));
        _profiles = new ProfileQuestions(item => _control.TrySend(item));
    }

    /// <summary>What the worker said on its work stream.</summary>
    public Welcome Welcome => _work.Welcome;

    /// <summary>The adapter's wish for a fresh process in its place.</summary>
    public Task<string> RecycleAsked => _recycleAsked.Task;

    /// <summary>Answers that no caller waited for.</summary>
    public long LateReplies => Interlocked.Read(ref _lateReplies);

    /// <inheritdoc cref="IWorker.ProgressedAt"/>
    public long ProgressedAt => Volatile.Read(ref _progressedAt);

    /// <summary>Opens work first, then control: the worker gives its main thread to the first stream that comes.</summary>
    /// <exception cref="LinkException">The other end is not the worker that was started, or speaks another protocol.</exception>
    public static async Task<WorkerConnection> OpenAsync(
        WorkerAddress address, WorkerSpec spec, LinkTokens tokens, ILogger logger, CancellationToken cancellationToken)
    {
        var connection = new WorkerConnection(logger, spec, address);
        try
        {
            var client = new WorkerLink.WorkerLinkClient(connection._channel);
            ICarrier work = address.WorkSocket is { } socket
                ? FramedCarrier.Connect(address, socket)
                : new GrpcCarrier(client);
            connection._work = await connection.AttachAsync(work, StreamKind.Work, tokens, cancellationToken).ConfigureAwait(false);
            if (connection.Welcome.ControlToken is { Length: > 0 } fresh)
                tokens = tokens with { Silo = fresh };
            connection._control = await connection.AttachAsync(
                new GrpcCarrier(client), StreamKind.Control, tokens, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Carries frames until the link ends, whichever side ends it. Answers that have come by then have been handed over.</summary>
    public async Task RunAsync()
    {
        var streams = new[] { _work.RunAsync(), _control.RunAsync() };
        try
        {
            await (await Task.WhenAny(streams).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            End(); // a worker that leaves closes one after the other, and the reader of the second may be behind
            await Task.WhenAll(streams).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Dispose();
        }
    }

    /// <summary>Ends the link from this side.</summary>
    public void End()
    {
        _work.End();
        _control.End();
    }

    public Task<ToolReply> Execute(ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress) =>
        Send(requestId, new PendingCall(request, _worker, _address.Pid, progress), remaining);

    public PendingStream Stream(ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress)
    {
        var call = new PendingCall(request, _worker, _address.Pid, progress);
        var stream = call.Stream = new PendingStream(call, credit => Grant(requestId, request.Attempt, credit));
        Send(requestId, call, remaining);
        return stream;
    }

    private Task<ToolReply> Send(ulong requestId, PendingCall call, TimeSpan remaining)
    {
        if (call.PayloadBytes > _address.MaxMessageBytes)
        {
            call.TooLarge(_address.MaxMessageBytes);
            return call.Reply;
        }

        if (!_pending.TryAdd(requestId, call))
            throw new InvalidOperationException($"Request id {requestId} is in use on worker {_worker}.");
        var sent = _work.TrySend(new ToWorkerItem { Execute = call.ToExecute(requestId, remaining) });
        if (!sent && _leaving && _lost is null && _pending.TryRemove(requestId, out _))
            call.Refuse();
        else if (!sent || _lost is not null)
            Lose(requestId, _lost ?? "its link is closed");
        return call.Reply;
    }

    public void Cancel(ulong requestId, int attempt, StopReason reason) => _control.TrySend(new ToWorkerItem
    {
        Cancel = new Cancel
        {
            Generation = (uint)_worker.Generation,
            RequestId = requestId,
            Attempt = (uint)attempt,
            Reason = reason switch
            {
                StopReason.CallerGone => CancelReason.Caller,
                StopReason.Deadline => CancelReason.Deadline,
                _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Unknown stop reason."),
            },
        },
    });

    private void Grant(ulong requestId, int attempt, StreamCredit credit) => _control.TrySend(new ToWorkerItem
    {
        Credit = new Credit
        {
            Generation = (uint)_worker.Generation,
            RequestId = requestId,
            Attempt = (uint)attempt,
            Chunks = (uint)credit.Chunks,
            TakenBytes = (ulong)credit.TakenBytes,
        },
    });

    /// <summary>False when no pong came in time, or the link is gone.</summary>
    public async Task<bool> PingAsync(TimeSpan limit) =>
        await _pings.TryAskAsync(nonce => new ToWorkerItem { Ping = new Ping { Nonce = nonce } }, limit).ConfigureAwait(false) is not null;

    /// <summary>Null when none came in time, as from a worker whose interpreter is held, or the link is gone.</summary>
    public async Task<string?> StacksAsync(TimeSpan limit) =>
        (await _stacks.TryAskAsync(nonce => new ToWorkerItem { Stacks = new Stacks { Nonce = nonce } }, limit).ConfigureAwait(false))?.Text;

    /// <inheritdoc cref="ProfileQuestions.AskAsync"/>
    public Task<ProfileAnswer> ProfileAsync(TimeSpan duration) => _profiles.AskAsync(duration, $"{_worker}");

    /// <param name="level">A word of Python for a level; empty for the level that Python's log has by itself.</param>
    public void SetLogLevel(string level) => _control.TrySend(new ToWorkerItem { LogLevel = new() { Level = level } });

    public void Drain(string reason) => _control.TrySend(new ToWorkerItem { Drain = new Drain { Reason = reason } });

    /// <summary>Ends every call that is still out, saying why.</summary>
    public void LoseAll(string how)
    {
        _lost = how;
        foreach (var requestId in _pending.Keys)
            Lose(requestId, how);
    }

    public void Dispose()
    {
        _work?.Dispose();
        _control?.Dispose();
        _channel.Dispose();
    }

    private Task<LinkStream> AttachAsync(ICarrier carrier, StreamKind kind, LinkTokens tokens, CancellationToken cancellationToken) =>
        LinkHandshake.OpenAsync(carrier, kind, _worker, _address.Pid, tokens, Received, Written, cancellationToken);

    /// <param name="item">What came.</param>
    /// <param name="read">When its frame was read, as a timestamp.</param>
    private void Received(FromWorkerItem item, long read)
    {
        switch (item.ItemCase)
        {
            case FromWorkerItem.ItemOneofCase.Result when Take(
                item.Result.Generation, item.Result.RequestId, item.Result.Attempt) is { } call:
                call.Succeed(item.Result, read);
                break;
            case FromWorkerItem.ItemOneofCase.Failure when Take(
                item.Failure.Generation, item.Failure.RequestId, item.Failure.Attempt) is { } call:
                call.Fail(item.Failure, read);
                break;
            case FromWorkerItem.ItemOneofCase.Chunk when Find(
                item.Chunk.Generation, item.Chunk.RequestId, item.Chunk.Attempt)?.Stream is { } stream:
                Volatile.Write(ref _progressedAt, read);
                stream.Add(item.Chunk);
                break;
            case FromWorkerItem.ItemOneofCase.Chunk:
                Late(item.Chunk.RequestId);
                break;
            case FromWorkerItem.ItemOneofCase.Progress: // may come after its call's result, by the other stream
                Volatile.Write(ref _progressedAt, read);
                Find(item.Progress.Generation, item.Progress.RequestId, item.Progress.Attempt)?.Report(item.Progress);
                break;
            case FromWorkerItem.ItemOneofCase.Pong:
                _pings.Answered(item.Pong.Nonce, item.Pong);
                break;
            case FromWorkerItem.ItemOneofCase.StacksTaken:
                _stacks.Answered(item.StacksTaken.Nonce, item.StacksTaken);
                break;
            case FromWorkerItem.ItemOneofCase.ProfileTaken:
                _profiles.Answered(item.ProfileTaken);
                break;
            case FromWorkerItem.ItemOneofCase.Leaving:
                _leaving = true; // before the stream takes no more, which Send explains by it
                _work.SendLast(new ToWorkerItem { Drain = new Drain() });
                break;
            case FromWorkerItem.ItemOneofCase.Drained when _leaving: // its last item
                _control.End();
                break;
            case FromWorkerItem.ItemOneofCase.RecycleRequest:
                _recycleAsked.TrySetResult(item.RecycleRequest.Reason);
                break;
            case FromWorkerItem.ItemOneofCase.Telemetry:
                _emitted?.Invoke(Emission.Read(item.Telemetry, _worker));
                break;
            case FromWorkerItem.ItemOneofCase.CancelAcknowledged when !item.CancelAcknowledged.WasRunning:
                NeverRan(item.CancelAcknowledged);
                break;
            default:
                break; // items of later versions, and answers that Take has counted as late
        }
    }

    /// <summary>
    /// The worker does not run the request and will not run it. An answer that is still on its way on the other stream comes too late
    /// to matter. Without this a call that waits unread behind a busy tool would look like a tool that does not stop, and the silo
    /// would kill its worker.
    /// </summary>
    private void NeverRan(CancelAcknowledged acknowledged)
    {
        if (_pending.TryGetValue(acknowledged.RequestId, out var call)
            && call.Request.Attempt == (int)acknowledged.Attempt
            && _pending.TryRemove(acknowledged.RequestId, out _))
            call.Cancelled();
    }

    private PendingCall? Find(uint generation, ulong requestId, uint attempt) =>
        generation == (uint)_worker.Generation && _pending.TryGetValue(requestId, out var call) && call.Request.Attempt == (int)attempt
            ? call
            : null;

    private PendingCall? Take(uint generation, ulong requestId, uint attempt)
    {
        if (Find(generation, requestId, attempt) is { } call && _pending.TryRemove(requestId, out _))
            return call;
        Late(requestId);
        return null;
    }

    private void Late(ulong requestId)
    {
        Interlocked.Increment(ref _lateReplies);
        LinkLog.LateReply(_logger, _worker, requestId);
    }

    private void Written(ToWorkerItem item)
    {
        if (item.Execute is { } execute && _pending.TryGetValue(execute.RequestId, out var call))
            call.Sent = true;
    }

    private void Lose(ulong requestId, string how)
    {
        if (_pending.TryRemove(requestId, out var call))
            call.Lose(how);
    }
}
