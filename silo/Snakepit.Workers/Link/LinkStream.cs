using System.Threading.Channels;
using Grpc.Core;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link;

/// <summary>
/// One Attach stream. Whoever sends puts items into the outbox; one loop takes everything that waits there into one frame.
/// When nothing waits, the sender's own thread writes the frame at once, so an idle link adds no delay and a busy one coalesces.
/// </summary>
internal sealed class LinkStream : IAsyncDisposable
{
    /// <summary>A frame is closed at this size even if more waits, so that one frame never nears the message limit.</summary>
    private const int FullFrameBytes = 1024 * 1024;

    private readonly AsyncDuplexStreamingCall<ToWorker, FromWorker> _call;
    private readonly Action<FromWorkerItem> _received;
    private readonly Action<ToWorkerItem> _written;

    // Unbounded in form only: at most a worker's capacity of requests, and a few words about each.
    private readonly Channel<ToWorkerItem> _outbox = Channel.CreateUnbounded<ToWorkerItem>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

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
    public bool TrySend(ToWorkerItem item) => _outbox.Writer.TryWrite(item);

    /// <summary>Carries frames both ways until either side ends the stream; then says why by completing or throwing.</summary>
    public async Task RunAsync()
    {
        var writing = WriteAsync();
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
            _outbox.Writer.TryComplete();
            _call.Dispose();
            await writing.ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync()
    {
        _outbox.Writer.TryComplete();
        _call.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WriteAsync()
    {
        var outbox = _outbox.Reader;
        try
        {
            while (await outbox.WaitToReadAsync().ConfigureAwait(false))
            {
                var frame = new ToWorker();
                for (var bytes = 0; bytes < FullFrameBytes && outbox.TryRead(out var item);)
                {
                    _written(item);
                    frame.Items.Add(item);
                    bytes += item.Execute?.Arguments.Length ?? 0;
                }

                await _call.RequestStream.WriteAsync(frame).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            // The stream is over; the reading side says why.
            _outbox.Writer.TryComplete();
        }
    }
}

/// <summary>The other end does not keep to the contract of the link.</summary>
internal sealed class LinkException(string message) : Exception(message);
