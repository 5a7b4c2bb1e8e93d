using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link;

/// <summary>Frames on a unix socket: a length of four bytes, little-endian, and a message of that length.</summary>
internal sealed class FramedCarrier : ICarrier
{
    private const int HeadBytes = sizeof(uint);

    /// <summary>Enough for most frames; larger ones borrow a buffer for as long as they need it.</summary>
    private const int UsualBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly int _largestFrame;
    private readonly byte[] _usualOut = new byte[UsualBytes];
    private readonly byte[] _usualIn = new byte[UsualBytes];
    private byte[] _in;
    private int _begin;
    private int _end;

    private FramedCarrier(Socket socket, int largestFrame)
    {
        _socket = socket;
        _largestFrame = largestFrame;
        _in = _usualIn;
    }

    /// <summary>Dials the socket. Nothing has been sent yet when it returns, and the other end is the process that was started.</summary>
    /// <exception cref="LinkException">Nobody listens, or somebody else does.</exception>
    public static async Task<FramedCarrier> ConnectAsync(UnixDomainSocketEndPoint address, int pid, int largestFrame, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.SendBufferSize = 1024 * 1024; // the system gives what it allows; a large frame then needs fewer turns
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            PeerCredentials.Check(socket, pid);
            return new FramedCarrier(socket, largestFrame);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LinkException($"its work socket cannot be dialled: {error.Message}", error);
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
        var buffer = size + HeadBytes <= UsualBytes ? _usualOut : ArrayPool<byte>.Shared.Rent(size + HeadBytes);
        try
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, (uint)size);
            frame.WriteTo(buffer.AsSpan(HeadBytes, size));
            for (var rest = buffer.AsMemory(0, HeadBytes + size); rest.Length > 0;)
                rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (buffer != _usualOut)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask<FromWorker?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var missing = HeadBytes - (_end - _begin);
            if (missing <= 0)
            {
                var size = BinaryPrimitives.ReadUInt32LittleEndian(_in.AsSpan(_begin));
                if (size > (uint)_largestFrame)
                    throw new LinkException($"the worker announced a frame of {size} bytes; the limit is {_largestFrame}");
                missing += (int)size;
                if (missing <= 0)
                    return Take((int)size);
            }

            MakeRoom(missing);
            if (!await ReceiveAsync(cancellationToken).ConfigureAwait(false))
                return _end == _begin ? null : throw new LinkException($"the work stream ended {missing} bytes before the end of a frame");
        }
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var received = await _socket.ReceiveAsync(_in.AsMemory(_end), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            _end += received;
            return received > 0;
        }
        catch (SocketException error)
        {
            throw new LinkException($"the work stream broke: {error.Message}", error);
        }
        catch (ObjectDisposedException)
        {
            return false; // by this side
        }
    }

    private FromWorker Take(int size)
    {
        FromWorker frame;
        try
        {
            frame = FromWorker.Parser.ParseFrom(_in.AsSpan(_begin + HeadBytes, size));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LinkException($"a frame of {size} bytes is no message: {error.Message}", error);
        }

        _begin += HeadBytes + size;
        if (_begin == _end)
            Settle();
        return frame;
    }

    /// <summary>Everything has been read: starts at the front again, and gives a borrowed buffer back.</summary>
    private void Settle()
    {
        _begin = _end = 0;
        if (_in == _usualIn)
            return;
        ArrayPool<byte>.Shared.Return(_in);
        _in = _usualIn;
    }

    private void MakeRoom(int missing)
    {
        var held = _end - _begin;
        if (_end + missing <= _in.Length)
            return;
        var target = held + missing <= UsualBytes ? _usualIn : held + missing <= _in.Length ? _in : ArrayPool<byte>.Shared.Rent(held + missing);
        _in.AsSpan(_begin, held).CopyTo(target);
        if (target != _in && _in != _usualIn)
            ArrayPool<byte>.Shared.Return(_in);
        (_in, _begin, _end) = (target, 0, held);
    }
}
