using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Snakepit.Core.Access;

/// <summary>
/// The SHA-256 of an API key, which is all that a silo keeps of it. A fast hash is enough because keys are random and long: an attacker
/// cannot try 2^256 of them. It would not be enough for passwords that people make up.
/// </summary>
public sealed class KeyHash
{
    /// <summary>Begins every hash, so that a key in the place of its hash is noticed.</summary>
    public const string Prefix = "sha256:";

    /// <summary>Begins every key that the command line makes; scanners for secrets find it by that.</summary>
    public const string KeyPrefix = "snakepit_";

    /// <summary>Of a new key: 256 bits.</summary>
    public const int RandomBytes = 32;

    private readonly byte[] _bytes;

    private KeyHash(byte[] bytes) => _bytes = bytes;

    /// <summary>The hash of a key.</summary>
    public static KeyHash Of(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Null when the text is not <c>sha256:</c> with 64 hexadecimal digits.</summary>
    public static KeyHash? TryParse(string? text)
    {
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) != true || text.Length != Prefix.Length + (2 * SHA256.HashSizeInBytes))
            return null;
        var digits = text.AsSpan(Prefix.Length);
        return digits.ContainsAnyExcept("0123456789abcdefABCDEF") ? null : new KeyHash(Convert.FromHexString(digits));
    }

    /// <summary>A key of random bytes: letters, digits, '-' and '_', which need no quotes anywhere.</summary>
    /// <param name="random">From a cryptographic source.</param>
    public static string NewKey(ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(random.Length, RandomBytes);
        return KeyPrefix + Base64Url.EncodeToString(random);
    }

    /// <summary>Some of its bits, to look it up by. Callers cannot choose a hash, so the time of a look-up tells nothing of use.</summary>
    internal long Bucket => BitConverter.ToInt64(_bytes);

    /// <summary>Compares in a time that does not depend on where they differ.</summary>
    public bool Matches(KeyHash other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <summary>As options have it.</summary>
    public override string ToString() => Prefix + Convert.ToHexStringLower(_bytes);
}
