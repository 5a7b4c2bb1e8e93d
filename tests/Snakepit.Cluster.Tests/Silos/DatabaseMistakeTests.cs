using Snakepit.Launcher;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>A silo whose database cannot be used says so in one sentence, names the command that helps, and ends with code 2.</summary>
public sealed class DatabaseMistakeTests(SharedPostgres postgres)
{
    /// <summary>The limit of the check is 10 s; the rest is the start of a process on a busy host.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task No_server()
    {
        var server = await postgres.ServerAsync();
        var port = FreePorts.Take();

        var said = await RefusedAsync(server, $"Host=127.0.0.1;Port={port};Database=d;Username=u;Password={server.Password}");

        Assert.Contains($"No PostgreSQL server answers at 127.0.0.1:{port} (Connection refused)", said, StringComparison.Ordinal);
        Assert.Contains("'snakepit db status'", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer()
    {
        await using var server = await PostgresServer.StartNewAsync();
        server.Pause();

        var said = await RefusedAsync(server, server.ConnectionString("postgres"));

        Assert.Contains(
            $"No PostgreSQL server answers at 127.0.0.1:{server.Port} (nothing came back in time)", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password()
    {
        var server = await postgres.ServerAsync();

        var said = await RefusedAsync(server, server.ConnectionString("postgres") + "Wrong");

        Assert.Contains("does not let the user 'postgres' in", said, StringComparison.Ordinal);
        Assert.Contains("'snakepit db status'", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_password()
    {
        var server = await postgres.ServerAsync();

        var said = await RefusedAsync(
            server, server.ConnectionString("postgres").Replace($"Password={server.Password}", "", StringComparison.Ordinal));

        Assert.Contains("No password has been provided", said, StringComparison.Ordinal);
        Assert.Contains("'snakepit db status'", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_such_database()
    {
        var server = await postgres.ServerAsync();

        var said = await RefusedAsync(server, server.ConnectionString("nowhere"));

        Assert.Contains("has no database 'nowhere'", said, StringComparison.Ordinal);
        Assert.Contains("'snakepit db init'", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_tables()
    {
        var server = await postgres.ServerAsync();

        var said = await RefusedAsync(server, server.ConnectionString(await server.CreateDatabaseAsync()));

        Assert.Contains("has no tables of snakepit: run 'snakepit db init'", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM snakepit_schema WHERE Version > 1", "have version 1 and this program needs 3: run 'snakepit db upgrade'")]
    [InlineData(
        "INSERT INTO snakepit_schema (Version, Name) VALUES (99, 'future')",
        "have version 99, newer than the 3 that this program knows: install a newer snakepit; 'snakepit db status'")]
    public async Task Tables_of_another_version(string change, string sentence)
    {
        var server = await postgres.ServerAsync();
        var database = await server.CreateDatabaseAsync();
        await SnakepitCommand.RunAsync("db", "init", "--connection", server.ConnectionString(database));
        await server.SqlAsync(database, change);

        var said = await RefusedAsync(server, server.ConnectionString(database));

        Assert.Contains(sentence, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://u:{0}@127.0.0.1/d?x=y", "is a URL, which Npgsql does not take")]
    [InlineData("Hots=127.0.0.1;Password={0}", "is no connection string that Npgsql can read")]
    [InlineData("Password={0}", "names no host")]
    public async Task No_connection_string(string text, string sentence)
    {
        var server = await postgres.ServerAsync();

        var said = await RefusedAsync(server, text.Replace("{0}", server.Password, StringComparison.Ordinal));

        Assert.Contains($"Snakepit:Cluster:ConnectionString {sentence}", said, StringComparison.Ordinal);
    }

    /// <summary>What a silo says that must not start with this connection string.</summary>
    private static async Task<string> RefusedAsync(PostgresServer server, string connectionString)
    {
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)],
            cluster: new Dictionary<string, object> { ["Provider"] = "postgres", ["ConnectionString"] = connectionString });

        Assert.Equal(2, await silo.ExitAsync(Limit));
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Password, silo.Output, StringComparison.Ordinal);
        return Assert.Single(silo.Output.Split('\n'), line => line.StartsWith("snakepit: ", StringComparison.Ordinal));
    }
}
