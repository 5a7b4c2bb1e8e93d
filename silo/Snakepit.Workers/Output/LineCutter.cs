namespace Snakepit.Workers.Output;

/// <param name="line">The line without its end; valid during the call.</param>
/// <param name="more">Bytes of it that were left out.</param>
internal delegate void LineFound(ReadOnlySpan<byte> line, long more);

/// <summary>Cuts a stream of bytes into lines. Needs the same memory for a line of any length. One owner.</summary>
internal sealed class LineCutter(int longestBytes)
{
    private readonly byte[] _begun = new byte[longestBytes];
    private int _length;
    private long _more;
    private bool _afterReturn;

    public void Cut(ReadOnlySpan<byte> chunk, LineFound found)
    {
        while (chunk.Length > 0)
        {
            if (_afterReturn && chunk[0] == '\n')
                chunk = chunk[1..];
            _afterReturn = false;
            // Progress bars end their lines with a carriage return alone.
            var end = chunk.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Keep(chunk);
                return;
            }

            if (_length == 0 && end <= _begun.Length)
            {
                found(chunk[..end], 0);
            }
            else
            {
                Keep(chunk[..end]);
                Finish(found);
            }

            _afterReturn = chunk[end] == '\r';
            chunk = chunk[(end + 1)..];
        }
    }

    /// <summary>The stream has ended; what has begun is a line too.</summary>
    public void Finish(LineFound found)
    {
        if (_length == 0)
            return;
        var (length, more) = (_length, _more);
        (_length, _more) = (0, 0);
        found(_begun.AsSpan(0, length), more);
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        var room = Math.Min(part.Length, _begun.Length - _length);
        part[..room].CopyTo(_begun.AsSpan(_length));
        _length += room;
        _more += part.Length - room;
    }
}
