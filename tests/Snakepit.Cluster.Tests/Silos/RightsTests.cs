using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Silos;

public sealed class RightsTests(SharedPostgres postgres)
{
    [Fact]
    public async Task A_silo_needs_rights_on_rows_alone_and_says_when_they_are_missing()
    {
        var server = await postgres.ServerAsync();
        var database = await server.CreateDatabaseAsync();
        await SnakepitCommand.RunAsync("db", "init", "--connection", server.ConnectionString(database));
        await server.SqlAsync(database, $"CREATE ROLE modest LOGIN PASSWORD '{server.Password}'");
        var connection = server.ConnectionString(database).Replace("Username=postgres", "Username=modest", StringComparison.Ordinal);
        var section = new Dictionary<string, object> { ["Provider"] = "postgres", ["ConnectionString"] = connection };

        await using var refused = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], cluster: section);
        Assert.Equal(2, await refused.ExitAsync());
        await server.SqlAsync(database, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO modest");
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], ["Pools:0:WorkerTtl=1h"], cluster: section);
        await silo.UntilReadyAsync();

        Assert.Contains("The user 'modest' lacks a right", refused.Output, StringComparison.Ordinal);
        Assert.Contains("'snakepit db init'", refused.Output, StringComparison.Ordinal);
    }
}
