using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>Cuts received bytes into frames: a length of four bytes, little-endian, and a message of that length.</summary>
internal sealed class FrameBuffer(int largestFrame)
{
    public const int HeadBytes = sizeof(uint);

    /// <summary>Enough for most frames; larger ones borrow a buffer for as long as they need it.</summary>
    private const int UsualBytes = 64 * 1024;

    private readonly byte[] _usual = new byte[UsualBytes];
    private byte[]? _borrowed;
    private int _begin;
    private int _end;

    /// <summary>In the middle of a frame.</summary>
    public bool IsPartial => _begin != _end;

    private byte[] Bytes => _borrowed ?? _usual;

    /// <summary>The next whole frame. Without one, <paramref name="room"/> is where the bytes that are missing belong.</summary>
    /// <exception cref="LinkException">What came are no frames.</exception>
    public FromWorker? Next(out Span<byte> room)
    {
        room = default;
        var missing = HeadBytes - (_end - _begin);
        if (missing <= 0)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(_begin));
            if (size > (uint)largestFrame)
                throw new LinkException($"the worker announced a frame of {size} bytes; the limit is {largestFrame}");
            missing += (int)size;
            if (missing <= 0)
                return Take((int)size);
        }

        MakeRoom(missing);
        room = Bytes.AsSpan(_end);
        return null;
    }

    /// <summary>So many bytes have been put where <see cref="Next"/> said.</summary>
    public void Add(int received) => _end += received;

    private FromWorker Take(int size)
    {
        FromWorker frame;
        try
        {
            frame = FromWorker.Parser.ParseFrom(Bytes.AsSpan(_begin + HeadBytes, size));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new LinkException($"a frame of {size} bytes is no message: {error.Message}", error);
        }

        _begin += HeadBytes + size;
        if (_begin == _end)
        {
            _begin = _end = 0;
            Move(null, 0);
        }

        return frame;
    }

    private void MakeRoom(int missing)
    {
        if (_end + missing <= Bytes.Length)
            return;
        var held = _end - _begin;
        Move(held + missing <= UsualBytes ? null : ArrayPool<byte>.Shared.Rent(held + missing), held);
    }

    /// <summary>Goes on in another array, null for the usual one.</summary>
    private void Move(byte[]? target, int held)
    {
        Bytes.AsSpan(_begin, held).CopyTo(target ?? _usual);
        if (_borrowed is not null)
            ArrayPool<byte>.Shared.Return(_borrowed);
        (_borrowed, _begin, _end) = (target, 0, held);
    }
}
