using System.Globalization;
using System.Net;

namespace Snakepit.Core.Http;

/// <summary>What a Host header names, or an entry of <c>Http:AllowedHosts</c>.</summary>
/// <param name="Name">In lower case, without brackets and without a last dot.</param>
/// <param name="Port">Null when none is written.</param>
public readonly record struct HostName(string Name, int? Port)
{
    /// <summary>An address and not a name. An attacker can point a name of his own at this machine, but not an address.</summary>
    public bool IsAddress => IPAddress.TryParse(Name, out _);

    /// <summary>Null when the text does not name a host.</summary>
    public static HostName? TryParse(string text)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var name = end > 0 ? text[..end] : end < 0 ? text : "";
        var rest = text[name.Length..];
        int? port = null;
        if (rest.Length > 0)
        {
            if (rest[0] != ':' || !ushort.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            port = number;
        }

        name = name.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        return name.Length > 0 && !name.AsSpan().ContainsAny(" /\\@?#'\"") ? new HostName(name, port) : null;
    }

    /// <summary>
    /// Whether this entry of <c>Http:AllowedHosts</c> lets another one in: <c>*</c> and <c>*.example.com</c> stand for many.
    /// </summary>
    public bool Allows(HostName host) =>
        (Port is null || Port == host.Port) && (Name == "*" || Name == host.Name || IsAbove(host.Name));

    private bool IsAbove(string name) =>
        Name.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(Name[1..], StringComparison.Ordinal);
}
