using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>
/// The work stream on a unix socket of its own. A thread of its own reads: handing every answer from an event loop to a
/// pool thread costs more than the answer.
/// </summary>
internal sealed class FramedCarrier : ICarrier
{
    /// <summary>Enough for most frames; larger ones borrow a buffer.</summary>
    private const int UsualBytes = 64 * 1024;

    private const int ReaderStackBytes = 256 * 1024;

    /// <summary>How long one look at a worker that does not read takes; between two it is seen whether the connection is closed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly LinkSocket _socket;
    private readonly FrameBuffer _in;
    private readonly byte[] _out = new byte[UsualBytes];

    private FramedCarrier(LinkSocket socket, int largestFrame)
    {
        _socket = socket;
        _in = new FrameBuffer(largestFrame);
    }

    /// <summary>Dials the socket. Nothing has been sent yet when it returns, and the other end is the process that was started.</summary>
    /// <exception cref="LinkException">No process listens there, or another one than the worker.</exception>
    public static FramedCarrier Connect(WorkerAddress worker, UnixDomainSocketEndPoint address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.SendBufferSize = 1024 * 1024; // the system gives what it allows; a large frame then takes fewer turns
            socket.Connect(address); // to a listener that is there, so nothing is waited for
            PeerCheck.Pass(socket, worker.Pid);
            return new FramedCarrier(new LinkSocket(socket), worker.LargestFrame);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LinkException($"the worker's socket {address} cannot be dialled: {error.Message}", error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<bool> TryWriteAsync(ToWorker frame)
    {
        var size = frame.CalculateSize();
        var length = FrameBuffer.HeadBytes + size;
        var buffer = length <= UsualBytes ? _out : ArrayPool<byte>.Shared.Rent(length);
        try
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, (uint)size);
            frame.WriteTo(buffer.AsSpan(FrameBuffer.HeadBytes, size));
            var sent = _socket.Send(buffer.AsSpan(0, length));
            return sent == length || (sent >= 0 && await SendRestAsync(buffer.AsMemory(sent, length - sent)).ConfigureAwait(false));
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (buffer != _out)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public Task<FromWorker?> ReadAsync() =>
        Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public Task ReadAllAsync(Action<FromWorker> received)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = new Thread(Run, ReaderStackBytes) { Name = "snakepit-link", IsBackground = true };
        reader.Start();
        return ended.Task;

        void Run()
        {
            try
            {
                while (Read() is { } frame)
                    received(frame);
                ended.SetResult();
            }
            catch (Exception error) // the task that waits for the end gets it
            {
                ended.SetException(error);
            }
        }
    }

    public void End() => _socket.End();

    public void Dispose() => _socket.Dispose();

    private FromWorker? Read()
    {
        try
        {
            while (true)
            {
                if (_in.Next(out var room) is { } frame)
                    return frame;
                var received = _socket.Receive(room);
                if (received == 0)
                    return !_in.IsPartial ? null : throw new LinkException("the work stream ended in the middle of a frame");
                _in.Add(received);
            }
        }
        catch (ObjectDisposedException)
        {
            return null; // by this side
        }
    }

    /// <summary>
    /// On a thread of its own for as long as it takes: the sender's may be a grain's, and a pool thread that waits is missed.
    /// </summary>
    private Task<bool> SendRestAsync(ReadOnlyMemory<byte> rest) => Task.Factory.StartNew(
        () =>
        {
            while (true)
            {
                _socket.WaitToSend(Patience);
                var sent = _socket.Send(rest.Span);
                if (sent < 0)
                    return false;
                rest = rest[sent..];
                if (rest.IsEmpty)
                    return true;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
