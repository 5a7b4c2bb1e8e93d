namespace Snakepit.Core.Http;

/// <summary>What the door looks at before anything else of a request. Null: the request has no such header.</summary>
/// <param name="Method">For example <c>POST</c>.</param>
/// <param name="Url">Scheme, host and path as the caller wrote them; for the advice in a refusal.</param>
/// <param name="Host">The header Host.</param>
/// <param name="Port">Port of this machine that the connection came to; 0 when it came by a unix socket or within the process.</param>
public readonly record struct DoorFacts(string Method, string Url, string? Host, int Port)
{
    public string? ContentType { get; init; }

    public string? Origin { get; init; }

    /// <summary>The header Sec-Fetch-Site, which browsers send and pages cannot change.</summary>
    public string? FetchSite { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; init; } = "http";
}

/// <summary>A request that is turned away before anything of it is done.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">What was wrong, and what to do.</param>
public sealed record DoorRefusal(int Status, string Code, string Message)
{
    /// <summary>When trying again helps; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>
/// Which requests the HTTP door lets in. A door on loopback may ask for no key, so it must not obey the pages that a browser on this
/// machine or in its network shows: a page of another origin can send simple requests anywhere (Fetch standard, "CORS-safelisted"),
/// and a page whose name is made to point here (DNS rebinding) is of the same origin as the door. Immutable, so thread-safe.
/// </summary>
public sealed class DoorRule
{
    public const string JsonType = "application/json";

    private const int Forbidden = 403, Misdirected = 421, UnsupportedMediaType = 415;
    private const int HttpPort = 80, HttpsPort = 443;

    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "::1"];

    private readonly HashSet<string> _ownNames = new(Loopback, StringComparer.Ordinal);
    private readonly List<HostName> _allowed;
    private readonly HashSet<string> _origins;
    private readonly bool _anyAddress;
    private readonly bool _anyPort;

    /// <param name="addresses">What the door listens on.</param>
    /// <param name="machineNames">What this machine calls itself; counts only when the door is open to others.</param>
    /// <param name="allowedHosts">Further hosts, as in <c>Http:AllowedHosts</c>.</param>
    /// <param name="allowedOrigins">Origins whose pages may use the door, as in <c>Http:AllowedOrigins</c>.</param>
    public DoorRule(
        IReadOnlyList<ListenAddress> addresses,
        IEnumerable<string> machineNames,
        IEnumerable<string> allowedHosts,
        IEnumerable<string> allowedOrigins)
    {
        foreach (var address in addresses)
            _ownNames.Add(address.Address?.ToString() ?? address.Host);
        // Containers and routers map ports and addresses; a name is needed to rebind one, so addresses are harmless.
        _anyAddress = _anyPort = addresses.Any(address => !address.IsLoopback);
        if (_anyAddress)
            _ownNames.UnionWith(machineNames.Select(name => name.TrimEnd('.').ToLowerInvariant()));
        _allowed = [.. allowedHosts.Select(HostName.TryParse).OfType<HostName>()];
        _origins = new HashSet<string>(allowedOrigins.Select(origin => origin.TrimEnd('/')), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Null when the request may come in.</summary>
    public DoorRefusal? Refuse(in DoorFacts facts) => RefuseHost(facts) ?? RefuseOrigin(facts) ?? RefuseType(facts);

    private DoorRefusal? RefuseHost(in DoorFacts facts)
    {
        if (facts.Host is { Length: > 0 } text && HostName.TryParse(text) is { } host)
        {
            var withPort = host with { Port = host.Port ?? (facts.Scheme == "https" ? HttpsPort : HttpPort) };
            if (IsOwn(host, withPort.Port!.Value, facts.Port) || _allowed.Exists(entry => entry.Allows(withPort)))
                return null;
        }

        return new DoorRefusal(
            Misdirected, "host_not_allowed",
            $"The Host header '{facts.Host}' does not name this silo{(facts.Port == 0 ? "" : $", which listens on port {facts.Port}")}. "
            + "If callers reach it by that name, add the name to Snakepit:Http:AllowedHosts.");
    }

    private bool IsOwn(HostName host, int port, int doorPort) =>
        (_anyPort || doorPort == 0 || port == doorPort) && (_ownNames.Contains(host.Name) || (_anyAddress && host.IsAddress));

    private DoorRefusal? RefuseOrigin(in DoorFacts facts)
    {
        if (facts.Origin is { } origin)
        {
            var allowed = origin.Equals($"{facts.Scheme}://{facts.Host}", StringComparison.OrdinalIgnoreCase) || AllowsOrigin(origin);
            return allowed ? null : Foreign($"A page of origin '{origin}'");
        }

        return facts.FetchSite is "cross-site" or "same-site" ? Foreign($"A page of another origin ({facts.FetchSite})") : null;
    }

    /// <summary>Whether pages of an origin may use the door though it is not theirs.</summary>
    public bool AllowsOrigin(string origin) => _origins.Contains("*") || _origins.Contains(origin);

    private static DoorRefusal Foreign(string page) => new(
        Forbidden, "origin_not_allowed", $"{page} may not use this silo. If it should, add its origin to Snakepit:Http:AllowedOrigins.");

    private static DoorRefusal? RefuseType(in DoorFacts facts)
    {
        if (facts.Method is "GET" or "HEAD" or "OPTIONS" || IsJson(facts.ContentType))
            return null;
        var told = facts.ContentType is { Length: > 0 } type ? $"The Content-Type is '{type}'" : "There is no Content-Type";
        return new DoorRefusal(
            UnsupportedMediaType, "unsupported_media_type",
            $"{told}; this silo takes {JsonType} only, which pages of other origins cannot send unasked. "
            + $"Use: curl -H 'Content-Type: {JsonType}' -d '{{}}' '{facts.Url}'");
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null)
            return false;
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return contentType.AsSpan(0, end < 0 ? contentType.Length : end).Trim().Equals(JsonType, StringComparison.OrdinalIgnoreCase);
    }
}
