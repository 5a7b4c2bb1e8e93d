using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace Snakepit.Client.Security;

/// <summary>What both sides of a handshake have to agree on.</summary>
/// <param name="Secret">The secret's bytes.</param>
/// <param name="Port">The port that listens.</param>
/// <param name="Place">
/// Address and port at which the listener was reached, on loopback; else empty. It keeps another user's program, which listens in place of
/// a silo that is gone, from passing the handshake on to a silo that lives at another port.
/// </param>
internal sealed record HandshakeTerms(byte[] Secret, ClusterPort Port, string Place);

/// <summary>How a handshake ended.</summary>
internal enum HandshakeEnd
{
    /// <summary>Both sides know the secret.</summary>
    Agreed,

    /// <summary>The other side has another secret.</summary>
    OtherSecret,

    /// <summary>The other side means the other port of a silo.</summary>
    OtherPort,

    /// <summary>The other side has closed the connection, or speaks something else.</summary>
    NotSpoken,
}

/// <summary>
/// Mutual challenge and response at the start of a connection. Each side sends a random number, and proves with an HMAC over both numbers
/// that it knows the secret; the secret itself does not travel. Afterwards the pipe belongs to Orleans, untouched.
/// </summary>
internal static class Handshake
{
    private const int NonceBytes = 32;
    private const int ProofBytes = HMACSHA256.HashSizeInBytes;
    private const byte Yes = 1;
    private const byte No = 0;

    /// <summary>What a greeting begins with. A change of the protocol changes it.</summary>
    private static ReadOnlySpan<byte> Magic => "SNAKPIT1"u8;

    /// <summary>The side that has opened the connection.</summary>
    public static async Task<HandshakeEnd> DialAsync(IDuplexPipe pipe, HandshakeTerms terms, CancellationToken cancellationToken)
    {
        var ownNonce = RandomNumberGenerator.GetBytes(NonceBytes);
        await SendAsync(pipe.Output, [.. Magic, (byte)terms.Port, .. ownNonce], cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(pipe.Input, 1 + NonceBytes + ProofBytes, cancellationToken).ConfigureAwait(false) is not { } answer)
            return HandshakeEnd.NotSpoken;
        var (port, nonce, proof) = (answer[0], answer.AsSpan(1, NonceBytes).ToArray(), answer[(1 + NonceBytes)..]);
        var end = port != (byte)terms.Port ? HandshakeEnd.OtherPort
            : Fits(proof, Proof("listener", terms, ownNonce, nonce)) ? HandshakeEnd.Agreed
            : HandshakeEnd.OtherSecret;
        byte[] last = end == HandshakeEnd.Agreed ? [Yes, .. Proof("dialer", terms, ownNonce, nonce)] : [No, .. new byte[ProofBytes]];
        await SendAsync(pipe.Output, last, cancellationToken).ConfigureAwait(false);
        return end;
    }

    /// <summary>The side that has accepted the connection.</summary>
    public static async Task<HandshakeEnd> ListenAsync(IDuplexPipe pipe, HandshakeTerms terms, CancellationToken cancellationToken)
    {
        // What is no handshake is seen at its first bytes: it may be shorter than one.
        var magic = await ReadAsync(pipe.Input, Magic.Length, cancellationToken).ConfigureAwait(false);
        if (magic is null || !magic.AsSpan().SequenceEqual(Magic))
            return HandshakeEnd.NotSpoken;
        if (await ReadAsync(pipe.Input, 1 + NonceBytes, cancellationToken).ConfigureAwait(false) is not { } greeting)
            return HandshakeEnd.NotSpoken;
        var (port, nonce, ownNonce) = (greeting[0], greeting[1..], RandomNumberGenerator.GetBytes(NonceBytes));
        byte[] answer = [(byte)terms.Port, .. ownNonce, .. Proof("listener", terms, nonce, ownNonce)];
        await SendAsync(pipe.Output, answer, cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(pipe.Input, 1 + ProofBytes, cancellationToken).ConfigureAwait(false) is not { } last)
            return HandshakeEnd.NotSpoken;
        return port != (byte)terms.Port ? HandshakeEnd.OtherPort
            : last[0] == Yes && Fits(last[1..], Proof("dialer", terms, nonce, ownNonce)) ? HandshakeEnd.Agreed
            : HandshakeEnd.OtherSecret;
    }

    private static bool Fits(byte[] proof, byte[] expected) => CryptographicOperations.FixedTimeEquals(proof, expected);

    /// <summary>The side is part of it, so that a proof cannot be sent back as one's own.</summary>
    private static byte[] Proof(string side, HandshakeTerms terms, byte[] dialersNonce, byte[] listenersNonce)
    {
        byte[] said = [.. Encoding.UTF8.GetBytes($"snakepit {side} {terms.Port} {terms.Place}\n"), .. dialersNonce, .. listenersNonce];
        return HMACSHA256.HashData(terms.Secret, said);
    }

    private static async Task SendAsync(PipeWriter output, byte[] bytes, CancellationToken cancellationToken) =>
        await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes exactly so many bytes; what follows them is not ours. Null when the other side ends before.</summary>
    private static async Task<byte[]?> ReadAsync(PipeReader input, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (buffer.Length >= count)
            {
                var taken = buffer.Slice(0, count);
                var bytes = taken.ToArray();
                input.AdvanceTo(taken.End);
                return bytes;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted || result.IsCanceled)
                return null;
        }
    }
}
