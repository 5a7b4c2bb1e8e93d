using Npgsql;
using Snakepit.Client.Security;

namespace Snakepit.Client.Connections;

/// <summary>Which cluster a client belongs to and where its gateways are found: by names, or in a database.</summary>
internal sealed class ClientTarget
{
    private static readonly GatewayName[] Local = [new("127.0.0.1", GatewayName.DefaultPort)];

    private ClientTarget()
    {
    }

    /// <summary>The gateways' names; empty when they are found in <see cref="Database"/>.</summary>
    public IReadOnlyList<GatewayName> Names { get; private init; } = [];

    /// <summary>The database with the membership table; null when gateways have names. Holds the password.</summary>
    public NpgsqlConnectionStringBuilder? Database { get; private init; }

    /// <summary>The cluster's id.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The service's id.</summary>
    public required string ServiceId { get; init; }

    /// <summary>Gateways or database, and the option to change, for messages. Has no password.</summary>
    public required string Place { get; init; }

    /// <summary>What keeps strangers off the connections.</summary>
    public required ConnectionProtection Protection { get; init; }

    /// <summary>Reads it from the options.</summary>
    /// <param name="options">The options, after the connection string was looked up.</param>
    /// <param name="mistakes">Gets a sentence for each mistake.</param>
    /// <returns>Null when there was a mistake.</returns>
    public static ClientTarget? TryRead(SnakepitClientOptions options, ICollection<string> mistakes)
    {
        var source = options.ConnectionSource ?? options.Path("ConnectionString");
        var text = options.ConnectionString is { } given ? ConnectionText.TryParse(given, source, mistakes) : null;
        if (text is null && options.ConnectionString is not null)
            return null;
        if (text is { Database: { } database })
        {
            var place = $"database '{database.Database ?? database.Username}' at {database.Host}:{database.Port} ({source})";
            return Make(options, text, [], database, place);
        }

        var knob = text is null ? options.Path("Gateways") : source;
        var names = text is null ? options.Gateways : [.. text.Gateways!.Split(',', StringSplitOptions.TrimEntries)];
        if (names.Length == 0)
            return Make(options, text, Local, null, $"{Local[0]} (the default; {knob} says otherwise)");
        var parsed = names.Select(GatewayName.TryParse).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            if (parsed[i] is null)
                mistakes.Add($"{knob} has {Mistake.Shown(names[i])}; expected {GatewayName.Form}.");
        }

        return Array.Exists(parsed, name => name is null)
            ? null
            : Make(options, text, [.. parsed.Select(name => name!.Value)], null, $"{string.Join(", ", parsed)} ({knob})");
    }

    private static ClientTarget Make(
        SnakepitClientOptions options, ConnectionText? text, GatewayName[] names, NpgsqlConnectionStringBuilder? database, string place) =>
        new()
        {
            Names = names,
            Database = database,
            ClusterId = text?.ClusterId ?? options.ClusterId,
            ServiceId = text?.ServiceId ?? options.ServiceId,
            Place = place,
            Protection = new ConnectionProtection(options.Section)
            {
                SecretFile = options.SecretFile,
                AllowInsecure = options.AllowInsecure,
                Tls = options.Tls.IsComplete
                    ? new CertificateFiles(options.Tls.CertificateFile!, options.Tls.KeyFile!, options.Tls.AuthorityFile!)
                    : null,
            },
        };
}
