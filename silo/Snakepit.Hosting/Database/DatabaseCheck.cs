using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using Snakepit.Hosting.Failures;

namespace Snakepit.Hosting.Database;

/// <summary>Asks before anything starts whether the database can be used. If not, one sentence says why and which command helps.</summary>
internal static class DatabaseCheck
{
    /// <summary>For all questions to the database together.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Makes the tables first where that is wished for.</summary>
    /// <exception cref="StartupException">The database cannot be reached, has no tables or those of another version.</exception>
    public static async Task PrepareAsync(
        DatabaseConnection connection, NpgsqlDataSource database, bool initialize, CancellationToken cancellationToken)
    {
        var migrator = new SchemaMigrator(database);
        var state = await ReadAsync(connection, migrator, cancellationToken);
        if (initialize && state.Fit == SchemaFit.Empty)
            state = (await AskAsync(connection, migrator.InitializeAsync, cancellationToken)).Now;
        if (Flaw(state, connection) is { } flaw)
            throw new StartupException(flaw);
    }

    /// <exception cref="StartupException">The database cannot be reached.</exception>
    public static Task<SchemaState> ReadAsync(
        DatabaseConnection connection, SchemaMigrator migrator, CancellationToken cancellationToken) =>
        AskInTimeAsync(connection, migrator.ReadAsync, cancellationToken);

    /// <summary>
    /// Turns the errors of a database that cannot be used, and one that does not answer within <see cref="Limit"/>, into one sentence.
    /// </summary>
    /// <exception cref="StartupException">The database cannot be reached.</exception>
    public static async Task<T> AskInTimeAsync<T>(
        DatabaseConnection connection, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        return await AskAsync(connection, ask, limit.Token, cancellationToken);
    }

    /// <summary>Turns the errors of a database that cannot be used into one sentence.</summary>
    /// <exception cref="StartupException">The database cannot be reached.</exception>
    public static Task<T> AskAsync<T>(
        DatabaseConnection connection, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        AskAsync(connection, ask, cancellationToken, cancellationToken);

    /// <summary>What is wrong with the schema; null when nothing is.</summary>
    public static string? Flaw(SchemaState state, DatabaseConnection connection) => state.Fit switch
    {
        SchemaFit.Current => null,
        SchemaFit.Empty =>
            $"The {connection.Place} has no tables of snakepit: "
            + "run 'snakepit db init', or set Snakepit:Cluster:InitializeDatabase to true.",
        SchemaFit.Older => $"{Tables(state, connection)} and this program needs {SchemaScripts.Newest}: run 'snakepit db upgrade'.",
        SchemaFit.Newer => $"{Tables(state, connection)}, newer than the {SchemaScripts.Newest} that this program knows: "
            + "install a newer snakepit; 'snakepit db status' compares them.",
        _ => throw new InvalidOperationException($"{state.Fit} is no state of a schema."),
    };

    public static string Tables(SchemaState state, DatabaseConnection connection) =>
        $"The tables in the {connection.Place} have version {state.Version}";

    private static async Task<T> AskAsync<T>(
        DatabaseConnection connection, Func<CancellationToken, Task<T>> ask, CancellationToken limited, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(limited);
        }
        // Not as the inner exception: a log would print Npgsql's message, which may repeat parts of the connection string.
        catch (PostgresException error)
        {
            throw new StartupException(Refusal(error, connection));
        }
        // Certificates and files of keys that cannot be read come as they are.
        catch (Exception error) when (error is NpgsqlException or SocketException or TimeoutException
            or IOException or UnauthorizedAccessException or CryptographicException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new StartupException(Failure(error, connection));
        }
    }

    private static string Refusal(PostgresException error, DatabaseConnection connection) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"PostgreSQL at {connection.Server} does not let the user '{connection.User}' in ({error.MessageText}): {Correct}.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"PostgreSQL at {connection.Server} has no database '{connection.Database}': "
                + $"create it (createdb '{connection.Database}'), then run 'snakepit db init'.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"The user '{connection.User}' lacks a right in the {connection.Place} ({error.MessageText}): "
                + "grant it, or run 'snakepit db init' as a user who has it.",
        PostgresErrorCodes.TooManyConnections =>
            $"PostgreSQL at {connection.Server} has no connection left ({error.MessageText}): raise its max_connections, or lower "
                + "Snakepit:Cluster:DatabaseConnections of the silos.",
        _ => $"PostgreSQL at {connection.Server} refuses ({error.SqlState}: {error.MessageText}): "
            + "mend that, and check with 'snakepit db status'.",
    };

    private static string Failure(Exception error, DatabaseConnection connection) => error.GetBaseException() switch
    {
        SocketException socket => NoAnswer(connection, socket.Message),
        TimeoutException or OperationCanceledException => NoAnswer(connection, "nothing came back in time"),
        var other => $"The connection to PostgreSQL at {connection.Server} fails ({other.Message.TrimEnd('.')}): {Correct}.",
    };

    private static string NoAnswer(DatabaseConnection connection, string reason) =>
        $"No PostgreSQL server answers at {connection.Server} ({reason}): start it, or {Correct}.";

    private const string Correct = "correct the connection string, and check with 'snakepit db status'";
}
