using System.Data.Common;
using Npgsql;

namespace Snakepit.Client.Connections;

/// <summary>
/// A connection string, read. It names either gateways or a PostgreSQL database whose membership table has them, and may say which
/// cluster is meant. Npgsql's own sentences about a connection string repeat parts of it, so none of them is passed on.
/// </summary>
internal sealed class ConnectionText
{
    private const string Forms =
        "Gateways=silo-1:30000,silo-2:30000;ClusterId=snakepit;ServiceId=snakepit, "
        + "or a PostgreSQL connection string, for example Host=db.example.org;Database=snakepit;Username=web;Password=<password>";

    /// <summary>A frontend hears soon that its database does not answer. Npgsql's own 15 s are three refreshes of the gateways.</summary>
    private const int ConnectSeconds = 5;

    /// <summary>The question for gateways reads a few rows. One that takes longer hangs.</summary>
    private const int CommandSeconds = 5;

    /// <summary>One question is asked at a time; the second connection replaces one that broke.</summary>
    private const int Connections = 2;

    private static readonly string[] Own = ["Gateways", "ClusterId", "ServiceId"];

    /// <summary>The gateways, separated by commas; null when the text names a database.</summary>
    public string? Gateways { get; private init; }

    /// <summary>The cluster; null when the text does not say.</summary>
    public string? ClusterId { get; private init; }

    /// <summary>The service; null when the text does not say.</summary>
    public string? ServiceId { get; private init; }

    /// <summary>The database; null when the text names gateways.</summary>
    public NpgsqlConnectionStringBuilder? Database { get; private init; }

    /// <summary>Reads a connection string.</summary>
    /// <param name="text">The connection string. No part of it appears in a mistake, save the names of its keys.</param>
    /// <param name="source">Where it was found, for the mistakes' sentences.</param>
    /// <param name="mistakes">Gets a sentence for each mistake.</param>
    /// <returns>Null when there was a mistake.</returns>
    public static ConnectionText? TryParse(string text, string source, ICollection<string> mistakes)
    {
        DbConnectionStringBuilder pairs;
        try
        {
            pairs = new DbConnectionStringBuilder { ConnectionString = text };
        }
        catch (ArgumentException)
        {
            mistakes.Add(text.Contains("://", StringComparison.Ordinal)
                ? $"{source} is a URL; expected {Forms}."
                : $"{source} is no connection string; expected {Forms}.");
            return null;
        }

        var isDatabase = pairs.ContainsKey("Host") || pairs.ContainsKey("Server");
        if (!isDatabase && !pairs.ContainsKey("Gateways"))
        {
            mistakes.Add($"{source} names neither gateways nor a database; expected {Forms}.");
            return null;
        }

        var read = new ConnectionText
        {
            ClusterId = Take(pairs, "ClusterId"),
            ServiceId = Take(pairs, "ServiceId"),
            Gateways = Take(pairs, "Gateways"),
            Database = isDatabase ? TryPostgres(pairs) : null,
        };
        return (isDatabase ? CheckDatabase(read, source, mistakes) : CheckGateways(pairs, source, mistakes)) ? read : null;
    }

    private static string? Take(DbConnectionStringBuilder pairs, string key)
    {
        var value = pairs.TryGetValue(key, out var found) ? found as string : null;
        pairs.Remove(key);
        return value;
    }

    /// <summary>Null when Npgsql cannot read what is left of the text.</summary>
    private static NpgsqlConnectionStringBuilder? TryPostgres(DbConnectionStringBuilder pairs)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(pairs.ConnectionString);
            if (!settings.ShouldSerialize("Maximum Pool Size"))
                settings.MaxPoolSize = Math.Max(Connections, settings.MinPoolSize);
            if (!settings.ShouldSerialize("Timeout"))
                settings.Timeout = ConnectSeconds;
            if (!settings.ShouldSerialize("Command Timeout"))
                settings.CommandTimeout = CommandSeconds;
            settings.ApplicationName ??= "snakepit client";
            settings.PersistSecurityInfo = false; // with it, each open connection would show its password in its connection string
            return settings;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException
            or OverflowException)
        {
            return null;
        }
    }

    private static bool CheckDatabase(ConnectionText read, string source, ICollection<string> mistakes)
    {
        if (read.Gateways is not null)
            mistakes.Add($"{source} names gateways and a database; expected one of them: {Forms}.");
        else if (string.IsNullOrWhiteSpace(read.Database?.Host))
            mistakes.Add($"{source} is no connection string that Npgsql can read; expected {Forms}.");
        else
            return true;
        return false;
    }

    private static bool CheckGateways(DbConnectionStringBuilder rest, string source, ICollection<string> mistakes)
    {
        foreach (string key in rest.Keys)
            mistakes.Add($"{source} has the unknown key '{key}'; beside gateways it may have {string.Join(", ", Own)}.");
        return rest.Count == 0;
    }
}
