using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>What the framework relies on in the functions and statements of the schema.</summary>
public sealed class SchemaLawTests(SharedPostgres postgres) : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private string _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await postgres.ServerAsync();
        _database = await _server.CreateDatabaseAsync();
        await SnakepitCommand.RunAsync("db", "init", "--connection", _server.ConnectionString(_database));
        await SqlAsync("INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES ('c')");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_silo_is_inserted_once_and_raises_the_version()
    {
        Assert.Equal("1", await InsertAsync(port: 1, version: 0));
        Assert.Equal("0", await InsertAsync(port: 1, version: 1));
        Assert.Equal("1", await VersionAsync());
    }

    [Fact]
    public async Task A_writer_with_an_old_version_changes_nothing()
    {
        await InsertAsync(port: 1, version: 0);

        Assert.Equal("0", await InsertAsync(port: 2, version: 0));
        Assert.Equal("0", await UpdateAsync(port: 1, status: 6, version: 0));
        Assert.Equal("1|3", await SqlAsync("SELECT Port, Status FROM OrleansMembershipTable"));
        Assert.Equal("1", await VersionAsync());
    }

    [Fact]
    public async Task Of_many_writers_at_once_one_wins()
    {
        var written = await Task.WhenAll(Enumerable.Range(1, 8).Select(port => InsertAsync(port, version: 0)));

        Assert.Single(written, "1");
        Assert.Equal(
            "1|1", await SqlAsync("SELECT (SELECT count(*) FROM OrleansMembershipTable), Version FROM OrleansMembershipVersionTable"));
    }

    [Fact]
    public async Task An_update_of_a_silo_that_is_not_there_leaves_the_version_alone()
    {
        Assert.Equal("0", await UpdateAsync(port: 9, status: 6, version: 0));
        Assert.Equal("0", await VersionAsync());
    }

    [Fact]
    public async Task The_cleanup_deletes_old_rows_of_the_dead_and_no_others()
    {
        for (var status = 1; status <= 6; status++)
        {
            await SqlAsync(
                $"INSERT INTO OrleansMembershipTable VALUES ('c', '127.0.0.1', {status}, 1, 's', 'h', {status}, 0, NULL, "
                + "now() - interval '9 days', now() - interval '8 days')");
        }

        await SqlAsync("INSERT INTO OrleansMembershipTable VALUES ('c', '127.0.0.1', 7, 1, 's', 'h', 6, 0, NULL, now(), now())");

        var cleanup = await SqlAsync(
            "SELECT replace(replace(QueryText, '@DeploymentId', '''c'''), '@IAmAliveTime', 'now() - interval ''1 day''') "
            + "FROM OrleansQuery WHERE QueryKey = 'CleanupDefunctSiloEntriesKey'");
        await SqlAsync(cleanup);

        Assert.Equal("1\n2\n3\n4\n5\n7", await SqlAsync("SELECT Port FROM OrleansMembershipTable ORDER BY Port"));
    }

    [Fact]
    public async Task Of_many_first_writes_of_a_grains_state_one_wins()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WriteAsync("NULL")));

        Assert.Single(versions, "1");
        Assert.Equal(7, versions.Count(version => version.Length == 0));
    }

    [Fact]
    public async Task A_write_with_an_old_version_is_refused()
    {
        await WriteAsync("NULL");

        Assert.Equal("2", await WriteAsync("1"));
        Assert.Equal("", await WriteAsync("1"));
    }

    [Theory]
    [InlineData("Membership%", 2)]
    [InlineData("%Membership%Key", 6)]
    [InlineData("%Reminder%", 5)]
    [InlineData("ReadRangeRows%", 2)]
    [InlineData("%Storage%", 4)]
    [InlineData("%", 20)]
    public async Task All_statements_are_there_by_key(string keys, int count) =>
        Assert.Equal($"{count}", await SqlAsync($"SELECT count(*) FROM OrleansQuery WHERE QueryKey LIKE '{keys}'"));

    private Task<string> InsertAsync(int port, int version) =>
        SqlAsync($"SELECT snakepit_membership_insert('c', '127.0.0.1', {port}, 1, 's', 'h', 3, 0, now(), now(), {version})");

    private Task<string> UpdateAsync(int port, int status, int version) =>
        SqlAsync($"SELECT snakepit_membership_update('c', '127.0.0.1', {port}, 1, {status}, NULL, now(), {version})");

    private Task<string> VersionAsync() => SqlAsync("SELECT Version FROM OrleansMembershipVersionTable");

    private Task<string> WriteAsync(string version) =>
        SqlAsync($"SELECT snakepit_storage_write(1, 2, 3, 4, 'type', NULL, 'service', {version}, 'x')");

    private Task<string> SqlAsync(string sql) => _server.SqlAsync(_database, sql);
}
