using System.Collections.Concurrent;
using Snakepit.Protos.V1;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Link;

/// <summary>
/// One stream to a worker. Senders put items into the outbox; a pump takes everything that waits there into one frame. The pump
/// starts as the next task of the sender's own scheduler: for a grain that is the end of the turns which are ready now, so
/// what they send together travels together, and a lone item goes at once and without changing threads.
/// </summary>
internal sealed class LinkStream : IDisposable
{
    /// <summary>A frame is closed at this size even if more waits, so that one frame never nears the message limit.</summary>
    private const int FullFrameBytes = 1024 * 1024;

    /// <summary>
    /// From this size on a frame is encoded and sent by the thread pool. The sender's turn would be held up for it: 1 MB takes about 1 ms
    /// of copying, and a socket whose buffer is full takes as long as the worker likes.
    /// </summary>
    private const int LargeFrameBytes = 64 * 1024;

    /// <summary>UTF-8 bytes of one UTF-16 code unit, at most.</summary>
    private const int MostBytesPerCharacter = 3;

    private readonly ICarrier _carrier;
    private readonly Action<FromWorkerItem, long> _received;
    private readonly Action<ToWorkerItem> _written;

    // Unbounded in form only: at most a worker's capacity of requests, and a few words about each.
    private readonly ConcurrentQueue<ToWorkerItem> _outbox = new();
    private volatile bool _closed;
    private bool _lastSent;
    private volatile Exception? _broken;
    private int _pumping;

    private LinkStream(ICarrier carrier, Action<FromWorkerItem, long> received, Action<ToWorkerItem> written)
    {
        _carrier = carrier;
        _received = received;
        _written = written;
    }

    public required Welcome Welcome { get; init; }

    /// <summary>Exchanges Hello and Welcome. The carrier belongs to the stream from here on.</summary>
    /// <exception cref="LinkException">The worker refused, went away, or answered something else.</exception>
    public static async Task<LinkStream> OpenAsync(
        ICarrier carrier,
        Hello hello,
        Action<FromWorkerItem, long> received,
        Action<ToWorkerItem> written,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var abandon = cancellationToken.Register(carrier.Dispose);
            await carrier.TryWriteAsync(new ToWorker { Items = { new ToWorkerItem { Hello = hello } } }).ConfigureAwait(false);
            var answer = await carrier.ReadAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var first = answer?.Items is [var item, ..] ? item : null;
            return first switch
            {
                { Welcome: { } welcome } => new LinkStream(carrier, received, written) { Welcome = welcome },
                { Failure: { } failure } => throw new LinkException($"the worker refused: {failure.Message}"),
                _ => throw new LinkException(
                    $"the worker answered Hello with {first?.ItemCase.ToString() ?? "the end of the stream"} instead of Welcome"),
            };
        }
        catch
        {
            carrier.Dispose();
            throw;
        }
    }

    /// <summary>Sends an item. False when the stream is closed or the last item was sent; this one was not.</summary>
    public bool TrySend(ToWorkerItem item) => TrySend(item, isLast: false);

    /// <summary>Sends an item that no other follows. What comes from the worker is still handed over.</summary>
    public void SendLast(ToWorkerItem item) => TrySend(item, isLast: true);

    private bool TrySend(ToWorkerItem item, bool isLast)
    {
        lock (_outbox) // held for an enqueue, so that nothing slips in behind the last item
        {
            if (_closed || _lastSent)
                return false;
            _lastSent = isLast;
            _outbox.Enqueue(item);
        }

        if (Interlocked.Exchange(ref _pumping, 1) != 0)
            return true;
        try
        {
            Task.Factory.StartNew(
                static stream => ((LinkStream)stream!).PumpAsync(),
                this,
                CancellationToken.None,
                TaskCreationOptions.None,
                TaskScheduler.Current);
            return true;
        }
        catch (TaskSchedulerException error)
        {
            Break(error);
            return false;
        }
    }

    /// <summary>Carries frames both ways until either side ends the stream; then says why by completing or throwing.</summary>
    public async Task RunAsync()
    {
        try
        {
            await _carrier.ReadAllAsync(Receive).ConfigureAwait(false);
        }
        catch (Exception) when (_broken is not null)
        {
            // Follows from what broke the writing side.
        }
        finally
        {
            Dispose();
        }

        if (_broken is { } error)
            throw new LinkException($"nothing more could be sent: {error.Message}", error);
    }

    /// <summary>Nothing more is sent; what has come is still handed over where the carrier can, then <see cref="RunAsync"/> ends.</summary>
    public void End()
    {
        _closed = true;
        _carrier.End();
    }

    public void Dispose()
    {
        _closed = true;
        _carrier.Dispose();
    }

    private void Receive(FromWorker frame)
    {
        var read = TimeProvider.System.GetTimestamp();
        foreach (var item in frame.Items)
        {
            if (item.Failure is { Generation: 0, RequestId: 0 } failure)
                throw new LinkException($"the worker ends the stream: {failure.Message}");
            _received(item, read);
        }
    }

    /// <summary>One at a time. Never faults: when the stream is over, the reading side says why.</summary>
    private async Task PumpAsync()
    {
        try
        {
            do
            {
                while (NextFrame(out var bytes) is { } frame)
                {
                    if (bytes >= LargeFrameBytes)
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    if (!await _carrier.TryWriteAsync(frame).ConfigureAwait(false))
                    {
                        End();
                        return;
                    }
                }

                Volatile.Write(ref _pumping, 0);
                // An item may have come after the last look and before the flag that says that no pump is running.
            }
            while (!_outbox.IsEmpty && Interlocked.Exchange(ref _pumping, 1) == 0);
        }
        catch (Exception error) // half a frame may be out, so nothing can follow it
        {
            Break(error);
        }
    }

    /// <summary>A stream that cannot be written is over, also for the reader, whose end has the worker replaced.</summary>
    private void Break(Exception error)
    {
        _broken = error;
        End();
    }

    private ToWorker? NextFrame(out int bytes)
    {
        ToWorker? frame = null;
        bytes = 0;
        while (bytes < FullFrameBytes && _outbox.TryPeek(out var next))
        {
            var payload = PayloadOf(next);
            if (frame is not null && bytes + payload > FullFrameBytes)
                break; // a large one travels alone
            bytes += payload;
            _outbox.TryDequeue(out var item);
            _written(item!);
            (frame ??= new ToWorker()).Items.Add(item!);
        }

        return frame;
    }

    private static int PayloadOf(ToWorkerItem item)
    {
        if (item.Execute is not { } execute)
            return 0;
        var bytes = execute.Arguments.Length;
        foreach (var attachment in execute.Attachments)
            bytes += attachment.Inline.Length;
        if (execute.Metadata.Count == 0)
            return bytes; // enumerating an empty map allocates
        foreach (var (name, value) in execute.Metadata)
            bytes += name.Length + (MostBytesPerCharacter * value.Length);
        return bytes;
    }
}
