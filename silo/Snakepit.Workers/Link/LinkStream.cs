using System.Collections.Concurrent;
using Grpc.Core;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link;

/// <summary>
/// One Attach stream. Senders put items into the outbox; a pump takes everything that waits there into one frame. The pump
/// starts as the next task of the sender's own scheduler: for a grain that is the end of the turns which are ready now, so
/// what they send together travels together, and a lone item goes at once and without changing threads.
/// </summary>
internal sealed class LinkStream : IAsyncDisposable
{
    /// <summary>A frame is closed at this size even if more waits, so that one frame never nears the message limit.</summary>
    private const int FullFrameBytes = 1024 * 1024;

    private readonly AsyncDuplexStreamingCall<ToWorker, FromWorker> _call;
    private readonly Action<FromWorkerItem> _received;
    private readonly Action<ToWorkerItem> _written;

    // Unbounded in form only: at most a worker's capacity of requests, and a few words about each.
    private readonly ConcurrentQueue<ToWorkerItem> _outbox = new();
    private volatile bool _closed;
    private int _pumping;

    private LinkStream(AsyncDuplexStreamingCall<ToWorker, FromWorker> call, Action<FromWorkerItem> received, Action<ToWorkerItem> written)
    {
        _call = call;
        _received = received;
        _written = written;
    }

    public required Welcome Welcome { get; init; }

    /// <summary>Opens a stream and exchanges Hello and Welcome.</summary>
    /// <exception cref="RpcException">The worker refused or went away.</exception>
    /// <exception cref="LinkException">The answer is no Welcome.</exception>
    public static async Task<LinkStream> OpenAsync(
        WorkerLink.WorkerLinkClient client,
        Hello hello,
        Action<FromWorkerItem> received,
        Action<ToWorkerItem> written,
        CancellationToken cancellationToken)
    {
        var call = client.Attach(cancellationToken: CancellationToken.None);
        try
        {
            await using var abandon = cancellationToken.Register(call.Dispose);
            await call.RequestStream.WriteAsync(new ToWorker { Items = { new ToWorkerItem { Hello = hello } } }, CancellationToken.None).ConfigureAwait(false);
            var answered = await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false);
            var first = answered && call.ResponseStream.Current.Items is [var item, ..] ? item : null;
            if (first?.Welcome is not { } welcome)
                throw new LinkException($"the worker answered Hello with {first?.ItemCase.ToString() ?? "the end of the stream"} instead of Welcome");
            return new LinkStream(call, received, written) { Welcome = welcome };
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>Sends an item. False when the stream is closed; the item was not sent.</summary>
    public bool TrySend(ToWorkerItem item)
    {
        if (_closed)
            return false;
        _outbox.Enqueue(item);
        if (Interlocked.Exchange(ref _pumping, 1) == 0)
            Task.Factory.StartNew(static stream => ((LinkStream)stream!).PumpAsync(), this, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
        return true;
    }

    /// <summary>Carries frames both ways until either side ends the stream; then says why by completing or throwing.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                foreach (var item in _call.ResponseStream.Current.Items)
                    _received(item);
            }
        }
        finally
        {
            _closed = true;
            _call.Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        _closed = true;
        _call.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One at a time. Never faults: when the stream is over, the reading side says why.</summary>
    private async Task PumpAsync()
    {
        try
        {
            do
            {
                while (NextFrame() is { } frame)
                    await _call.RequestStream.WriteAsync(frame).ConfigureAwait(false);
                Volatile.Write(ref _pumping, 0);
                // An item may have come between the last look and the sign that nobody pumps.
            }
            while (!_outbox.IsEmpty && Interlocked.Exchange(ref _pumping, 1) == 0);
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            _closed = true;
        }
    }

    private ToWorker? NextFrame()
    {
        ToWorker? frame = null;
        for (var bytes = 0; bytes < FullFrameBytes && _outbox.TryDequeue(out var item);)
        {
            _written(item);
            (frame ??= new ToWorker()).Items.Add(item);
            bytes += item.Execute?.Arguments.Length ?? 0;
        }

        return frame;
    }
}

/// <summary>The other end does not keep to the contract of the link.</summary>
internal sealed class LinkException(string message) : Exception(message);
