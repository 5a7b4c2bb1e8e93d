using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Snakepit.Hosting.Access;

/// <summary>
/// Looks at every message that arrives before Orleans does, in the buffer in which it lies; nothing is copied. Orleans takes a message
/// only when it is there as a whole, and then it has been looked at. A message that must not be ends the connection.
/// </summary>
/// <param name="inner">The connection's own reader.</param>
/// <param name="clusterId">The cluster, whose name is part of a client's greeting.</param>
/// <param name="refused">Is told why the connection ends.</param>
internal sealed class GuardedReader(PipeReader inner, string clusterId, Action<string> refused) : PipeReader
{
    private const int LengthBytes = sizeof(int);
    private const int FramingBytes = 2 * sizeof(int);

    private ReadOnlySequence<byte> _buffer;
    private long _checked; // bytes at the start of the unread buffer that are messages that were looked at
    private bool _isGreeted;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Look(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
            return false;
        result = Look(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _checked = Math.Max(0, _checked - _buffer.Slice(_buffer.Start, consumed).Length);
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    /// <exception cref="OutsideException">A message must not be.</exception>
    private ReadResult Look(ReadResult result)
    {
        _buffer = result.Buffer;
        while (_buffer.Slice(_checked) is var rest && TryLook(rest, out var length))
            _checked += length;
        return result;
    }

    private bool TryLook(ReadOnlySequence<byte> rest, out long length)
    {
        length = 0;
        Span<byte> framing = stackalloc byte[FramingBytes];
        var needed = _isGreeted ? FramingBytes : LengthBytes;
        if (rest.Length < needed)
            return false;
        rest.Slice(0, needed).CopyTo(framing);
        var first = BinaryPrimitives.ReadInt32LittleEndian(framing);
        var second = _isGreeted ? BinaryPrimitives.ReadInt32LittleEndian(framing[LengthBytes..]) : 0;
        if (first < 0 || second < 0)
            throw Refused("a client has sent a message of negative length");
        length = (long)needed + first + second;
        if (rest.Length < length)
            return false;
        if (Flaw(rest.Slice(needed, first)) is { } flaw)
            throw Refused(flaw);

        _isGreeted = true;
        return true;
    }

    private OutsideException Refused(string flaw)
    {
        refused(flaw);
        return new OutsideException(flaw);
    }

    private string? Flaw(ReadOnlySequence<byte> header)
    {
        try
        {
            return _isGreeted ? OutsideRule.Flaw(header) : GreetingFlaw(header.ToArray());
        }
        catch (Exception error) when (error is not OutsideException) // what cannot be read cannot be let through
        {
            return $"a client has sent a message that cannot be read ({error.Message})";
        }
    }

    /// <summary>The greeting names the client and the cluster; the client must not be one of a silo.</summary>
    private string? GreetingFlaw(byte[] greeting) =>
        Count(greeting) > Count(System.Text.Encoding.UTF8.GetBytes(clusterId)) ? "a client calls itself a silo's own client" : null;

    private static int Count(ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (var at = text.IndexOf(OutsideRule.HostedPrefix); at >= 0; at = text.IndexOf(OutsideRule.HostedPrefix))
        {
            count++;
            text = text[(at + OutsideRule.HostedPrefix.Length)..];
        }

        return count;
    }
}

/// <summary>A client has sent what no client sends.</summary>
internal sealed class OutsideException(string message) : Exception(message);
