using Grpc.Core;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>One Attach call: the control stream, and the work stream where there is no socket for frames.</summary>
internal sealed class GrpcCarrier(WorkerLink.WorkerLinkClient client) : ICarrier
{
    private readonly AsyncDuplexStreamingCall<ToWorker, FromWorker> _call = client.Attach(cancellationToken: CancellationToken.None);

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
            return await _call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false) ? _call.ResponseStream.Current : null;
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

    public void End() => Dispose();

    public void Dispose() => _call.Dispose();
}
