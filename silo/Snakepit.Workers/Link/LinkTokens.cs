using System.Security.Cryptography;

namespace Snakepit.Workers.Link;

/// <summary>What each end shows the other. Fresh for every process, never in its arguments or environment.</summary>
internal sealed record LinkTokens(string Silo, string Worker)
{
    public static LinkTokens Create() =>
        new(RandomNumberGenerator.GetHexString(32, lowercase: true), RandomNumberGenerator.GetHexString(32, lowercase: true));
}
