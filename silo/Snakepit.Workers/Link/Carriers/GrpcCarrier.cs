using Grpc.Core;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>One Attach call: the control stream, and the work stream where there is no socket for frames.</summary>
internal sealed class GrpcCarrier(WorkerLink.WorkerLinkClient client) : ICarrier
{
    /// <summary>For what the worker has sent before it heard that the stream ends.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _abandon = new();
    private readonly AsyncDuplexStreamingCall<ToWorker, FromWorker> _call = client.Attach(cancellationToken: CancellationToken.None);
    private volatile bool _ended;

    public async ValueTask<bool> TryWriteAsync(ToWorker frame)
    {
        try
        {
            await _call.RequestStream.WriteAsync(frame).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (
            error is RpcException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    public async Task<FromWorker?> ReadAsync()
    {
        try
        {
            return await _call.ResponseStream.MoveNext(_abandon.Token).ConfigureAwait(false) ? _call.ResponseStream.Current : null;
        }
        catch (Exception error) when (
            _ended && (error is RpcException or ObjectDisposedException or OperationCanceledException))
        {
            return null; // by this side
        }
        catch (RpcException error)
        {
            throw new LinkException(error.Message, error);
        }
    }

    public async Task ReadAllAsync(Action<FromWorker> received)
    {
        while (await ReadAsync().ConfigureAwait(false) is { } frame)
            received(frame);
    }

    /// <summary>Nothing more is sent. The worker ends the stream when it sees that; one that does not is not waited for.</summary>
    public void End()
    {
        _ended = true;
        try
        {
            _abandon.CancelAfter(Linger);
            _ = CompleteAsync();
        }
        catch (ObjectDisposedException)
        {
            // Ended already.
        }
    }

    public void Dispose()
    {
        _call.Dispose();
        _abandon.Dispose();
    }

    private async Task CompleteAsync()
    {
        try
        {
            await _call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (
            error is RpcException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            Dispose(); // the stream is broken, or the worker does not read the frame that is being written
        }
    }
}
