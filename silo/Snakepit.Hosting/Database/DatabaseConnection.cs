using Microsoft.Extensions.Configuration;
using Npgsql;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;

namespace Snakepit.Hosting.Database;

/// <summary>
/// Where the database is and how to get in. Holds the password, so it prints neither itself nor what Npgsql says about a
/// connection string, which repeats parts of it.
/// </summary>
internal sealed class DatabaseConnection
{
    /// <summary>A silo says soon that it cannot reach its database. Npgsql's own 15 s are longer than the whole check of a start.</summary>
    private const int ConnectSeconds = 5;

    /// <summary>Statements here touch a few rows. One that takes longer hangs, and holds up the membership of the cluster.</summary>
    private const int CommandSeconds = 10;

    private readonly NpgsqlConnectionStringBuilder _settings;

    private DatabaseConnection(NpgsqlConnectionStringBuilder settings) => _settings = settings;

    /// <summary>Database and server, for messages.</summary>
    public string Place => $"database '{Database}' at {Server}";

    public string Server => $"{_settings.Host}:{_settings.Port}";

    public string Database => _settings.Database ?? User;

    public string User => _settings.Username ?? Environment.UserName;

    /// <exception cref="StartupException">Nothing is found there, or it is no connection string.</exception>
    public static DatabaseConnection Of(ClusterOptions cluster, IConfiguration configuration)
    {
        var (text, source) = Find(cluster, configuration);
        return Of(text, source, cluster.DatabaseConnections);
    }

    /// <param name="text">The connection string.</param>
    /// <param name="source">Where it was found, for the message.</param>
    /// <param name="connections">Most connections that the pool holds, unless the text says it.</param>
    /// <exception cref="StartupException">It is no connection string.</exception>
    public static DatabaseConnection Of(string text, string source, int connections)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(settings.Host))
                throw new StartupException($"{source} names no host; expected {Example}.");
            if (!settings.ShouldSerialize("Maximum Pool Size"))
                settings.MaxPoolSize = Math.Max(connections, settings.MinPoolSize);
            if (!settings.ShouldSerialize("Timeout"))
                settings.Timeout = ConnectSeconds;
            if (!settings.ShouldSerialize("Command Timeout"))
                settings.CommandTimeout = CommandSeconds;
            settings.ApplicationName ??= "snakepit";
            settings.PersistSecurityInfo = false; // else every connection's ConnectionString property has the password
            return new DatabaseConnection(settings);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException
            or InvalidCastException or OverflowException)
        {
            // Npgsql's own words would repeat parts of the text.
            throw new StartupException(text.Contains("://", StringComparison.Ordinal)
                ? $"{source} is a URL, which Npgsql does not take; expected {Example}."
                : $"{source} is no connection string that Npgsql can read; expected {Example}.");
        }
    }

    /// <summary>The pool of connections.</summary>
    /// <exception cref="StartupException">A file or an option that the connection string names cannot be used.</exception>
    public NpgsqlDataSource Open()
    {
        try
        {
            return NpgsqlDataSource.Create(_settings);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new StartupException($"The connection string for the {Place} has options that exclude each other; expected {Example}.");
        }
    }

    private static (string Text, string Source) Find(ClusterOptions cluster, IConfiguration configuration)
    {
        if (cluster.ConnectionName is { } name)
        {
            var known = string.Join(", ", configuration.GetSection("ConnectionStrings").GetChildren().Select(child => child.Key));
            return configuration.GetConnectionString(name) is { Length: > 0 } found
                ? (found, $"ConnectionStrings:{name}")
                : throw new StartupException($"Snakepit:Cluster:ConnectionName is '{name}', but the section ConnectionStrings has "
                    + (known.Length == 0 ? "nothing." : $"only {known}."));
        }

        if (cluster.ConnectionStringFile is { } file)
            return (ReadFile(file), $"The file '{file}' of Snakepit:Cluster:ConnectionStringFile");
        return (cluster.ConnectionString!, "Snakepit:Cluster:ConnectionString");
    }

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var reason = error.Message.TrimEnd('.');
            throw new StartupException($"The file of Snakepit:Cluster:ConnectionStringFile cannot be read: {reason}.", error);
        }
    }

    private const string Example = "for example Host=db.example.org;Database=snakepit;Username=snakepit;Password=<password>";
}
