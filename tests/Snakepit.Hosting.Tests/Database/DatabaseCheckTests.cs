using Microsoft.Extensions.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Database;
using Snakepit.Hosting.Failures;

namespace Snakepit.Hosting.Tests.Database;

public sealed class DatabaseCheckTests
{
    private static readonly DatabaseConnection Connection = DatabaseConnection.Of(
        new ClusterOptions { Provider = ClusterProvider.Postgres, ConnectionString = "Host=db;Username=web;Password=secret" },
        new ConfigurationBuilder().Build());

    /// <summary>A watch that let such an exception through would stop the silo.</summary>
    [Theory]
    [InlineData(typeof(FileNotFoundException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(System.Security.Cryptography.CryptographicException))]
    [InlineData(typeof(TimeoutException))]
    public async Task Whatever_keeps_the_database_from_answering_is_one_sentence(Type kind)
    {
        var error = await Assert.ThrowsAsync<StartupException>(() => DatabaseCheck.AskInTimeAsync<int>(
            Connection, _ => throw (Exception)Activator.CreateInstance(kind)!, TestContext.Current.CancellationToken));

        Assert.Contains("PostgreSQL", error.Message, StringComparison.Ordinal);
        Assert.Contains("'snakepit db status'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
